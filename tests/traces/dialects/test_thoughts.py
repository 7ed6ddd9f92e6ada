"""Reasoning that stands in other words is reasoning, whoever sent them."""

import pytest

from tests.traces.dialects.spans import heard, read, said
from traces.spans import PartKind, WordClass


def answered(content):
    message = {"role": "assistant", "content": content}
    return read({"gen_ai.output.messages": [message]})


def classes(span):
    return {(part.words.value, part.text) for part in span.parts}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("because</think>yes", [("reasoning", "because"), ("text", "yes")]),
        ("because</THINK >", [("reasoning", "because")]),
        ("<think>a</think>b</think>c", ["a", "b", "c"]),
        ("hi <think>a <thought>b</thought> c</think> d", ["hi", "a", "b", "c", "d"]),
        ("<think>a", [("reasoning", "a")]),
        ("<think></think>yes", [("reasoning", ""), ("text", "yes")]),
    ],
)
def test_what_stands_before_a_closing_tag_is_reasoning(text, expected):
    found = said(answered(text))
    assert [word for _, word in found] == [
        pair if isinstance(pair, str) else pair[1] for pair in expected
    ]
    kinds = {word: kind for kind, word in found}
    thoughts = {"a", "b", "because", ""} & kinds.keys()
    assert {kinds[word] for word in thoughts} == {"reasoning"}


@pytest.mark.parametrize("role", ["user", "system", "tool"])
@pytest.mark.parametrize("text", ["<think>because</think>", "because </thinking> yes"])
def test_tags_make_reasoning_of_what_any_role_says(role, text):
    span = read({"gen_ai.input.messages": [{"role": role, "content": text}]})
    (part,) = span.parts
    assert (part.words, part.text) == (WordClass.REASONING, text)


@pytest.mark.parametrize(
    "text",
    [
        ' \n{"thought":"because","answer":"yes"}',
        '```json\n{"thought":"because","answer":"yes"}\n```',
        '```\n{"thought":"because","answer":"yes"}```\n',
        '``` {"reasoning":"because","answer":"yes"} ```',
    ],
)
def test_an_answer_in_json_is_read_behind_a_blank_or_a_fence(text):
    assert classes(answered(text)) == {
        ("reasoning", "because"),
        ("dialogue", '{"answer":"yes"}'),
    }


def test_what_is_said_after_a_fence_is_said():
    span = answered('```json\n{"thought":"because","a":1}\n```\nIs that all?')
    assert said(span) == [
        ("reasoning", "because"),
        ("text", '{"a":1}'),
        ("text", "Is that all?"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"result":{"thought":"because"},"answer":"yes"}',
        '{"steps":[{"reasoning":"because"}],"answer":"yes"}',
        '[{"a":{"b":{"chain_of_thought":"because"}}}]',
    ],
)
def test_thoughts_are_found_at_any_depth_of_an_answer(text):
    span = answered(text)
    told = {part.words: part.text for part in span.parts}
    assert told[WordClass.REASONING] == "because"
    assert "because" not in told[WordClass.DIALOGUE]


@pytest.mark.parametrize(
    "text",
    [
        '{"thought":"because',
        '```json\n{"a":1,"reasoning": "because\n```',
        '[{"thinking":',
    ],
)
def test_an_answer_in_json_that_was_cut_is_reasoning_whole(text):
    (part,) = answered(text).parts
    assert (part.kind, part.words, part.text) == (
        PartKind.TEXT,
        WordClass.REASONING,
        text,
    )


@pytest.mark.parametrize(
    "text", ['{"reason":"late"}', "```py\nthink()\n```", "[Note] I think so", "{"]
)
def test_an_answer_without_thoughts_is_dialogue(text):
    (part,) = answered(text).parts
    assert (part.words, part.text) == (WordClass.DIALOGUE, text)


@pytest.mark.parametrize(
    "arguments",
    [
        {"order": "7", "thought": "because"},
        '{"order": "7", "reasoning": "because"}',
        {"order": "7", "inner": {"thought": "because"}},
    ],
)
def test_what_a_call_was_told_to_think_is_reasoning(arguments):
    call = {"type": "tool_call", "name": "refund", "id": "c", "arguments": arguments}
    span = read({"gen_ai.output.messages": [{"role": "assistant", "parts": [call]}]})
    thought, called = span.parts
    assert (thought.words, thought.text) == (WordClass.REASONING, "because")
    assert (called.words, called.name) == (WordClass.TOOLS, "refund")
    assert called.text.startswith('{"order":"7"')


def test_the_span_of_a_tool_parts_its_arguments_alike():
    span = read(
        {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "refund",
            "gen_ai.tool.call.arguments": '{"order":"7","thought":"because"}',
        }
    )
    assert heard(span) == [("reasoning", "because"), ("tool_call", '{"order":"7"}')]


def test_arguments_that_were_cut_and_name_thoughts_are_reasoning():
    call = {"type": "tool_call", "name": "refund", "arguments": '{"thought":"because'}
    span = read({"gen_ai.output.messages": [{"role": "assistant", "parts": [call]}]})
    (part,) = span.parts
    assert (part.kind, part.words) == (PartKind.TOOL_CALL, WordClass.REASONING)


@pytest.mark.parametrize("in_order", [True, False])
def test_what_is_told_twice_has_the_stricter_class(in_order):
    """OpenInference is read first, and the conventions of GenAI repeat it."""
    flat = {"llm.output_messages.0.message.role": "assistant"}
    thought, text = {"type": "reasoning", "content": "same"}, "same"
    if in_order:
        flat["llm.output_messages.0.message.content"] = text
        parts = [thought]
    else:
        content = "llm.output_messages.0.message.contents.0.message_content"
        flat |= {f"{content}.type": "reasoning", f"{content}.text": text}
        parts = [{"type": "text", "content": text}]
    message = {"role": "assistant", "parts": parts}
    span = read({**flat, "gen_ai.output.messages": [message]})
    assert classes(span) == {("reasoning", "same")}
