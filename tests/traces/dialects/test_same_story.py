"""One conversation, told in four dialects, reads the same in each."""

import pytest

from tests.traces.dialects.spans import body, needs_shared
from traces.spans import Direction, Fidelity, Kind, PartKind

ANTHROPIC = (
    "anthropic_tool_thinking__openinference",
    "anthropic_tool_thinking__openllmetry",
    "anthropic_tool_thinking__pydantic_ai_v2",
    "anthropic_tool_thinking__pydantic_ai_v5",
)
OPENAI = "openai_responses_reasoning_tool__pydantic_ai_v5"
WIRES = ("otlp.pb", "json")
pytestmark = needs_shared


def calls_of(name, wire="otlp.pb"):
    return [span for span in body(name, wire) if span.kind is Kind.LLM]


def out(span, kind):
    return [
        part
        for part in span.parts
        if part.kind is kind and part.direction is Direction.OUT
    ]


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", ANTHROPIC)
def test_the_thinking_the_call_and_the_answer_are_the_same(name, wire):
    first, second = calls_of(name, wire)
    (thought,) = out(first, PartKind.REASONING)
    (call,) = out(first, PartKind.TOOL_CALL)
    (answer,) = out(second, PartKind.TEXT)
    assert thought.text.startswith("The user is asking about the largest city")
    assert thought.text.endswith("Let me call the get_user_country function first.")
    assert thought.fidelity is Fidelity.SUMMARY
    assert (call.name, call.call_id, call.text) == (
        "get_user_country",
        "toolu_01YGzqpRE16Vricda3Aqcejo",
        "{}",
    )
    assert "the largest city in your country is **Mexico City**" in answer.text


@pytest.mark.parametrize("name", ANTHROPIC)
def test_what_is_known_of_the_call_is_the_same(name):
    first, second = calls_of(name)
    assert (first.provider, first.model) == ("anthropic", "claude-sonnet-4-20250514")
    assert (first.name, second.name) == ("chat claude-sonnet-4-0",) * 2
    assert (first.stop_class, second.stop_class) == ("tool_handoff", "completed")
    assert (first.usage.input, first.usage.output) == (398, 155)
    assert (first.turn, second.turn) == (1, 1)


@pytest.mark.parametrize("name", ANTHROPIC)
def test_thought_text_and_call_come_in_the_order_they_were_made(name):
    first, _ = calls_of(name)
    kinds = [p.kind for p in first.parts if p.direction is Direction.OUT]
    kinds = [kind for kind in kinds if kind is not PartKind.OPAQUE]
    assert kinds == [PartKind.REASONING, PartKind.TEXT, PartKind.TOOL_CALL]


@pytest.mark.parametrize("name", ANTHROPIC)
def test_the_tool_answers_the_call_in_the_next_input(name):
    _, second = calls_of(name)
    (result,) = [p for p in second.parts if p.kind is PartKind.TOOL_RESULT]
    assert (result.call_id, result.text) == (
        "toolu_01YGzqpRE16Vricda3Aqcejo",
        "Mexico",
    )


@pytest.mark.parametrize("name", [*ANTHROPIC, OPENAI])
def test_no_words_stand_twice_in_a_span(name):
    for span in body(name):
        seen = [(part.direction, part.kind, part.text) for part in span.parts]
        assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", [n for n in ANTHROPIC if "pydantic" in n])
def test_the_answer_of_a_run_stands_on_its_root(name):
    (root,) = [span for span in body(name) if span.kind is Kind.AGENT]
    (answer,) = out(root, PartKind.TEXT)
    assert answer.text.startswith("Based on")
    asked = [p.text for p in root.parts if p.direction is Direction.IN and p.role]
    assert asked == ["What is the largest city in the user country?"]
    assert not [part for part in root.parts if part.kind is PartKind.REASONING]


@pytest.mark.parametrize("name", [n for n in ANTHROPIC if "pydantic" in n])
def test_a_tool_span_has_what_went_in_and_what_came_out(name):
    (tool,) = [span for span in body(name) if span.kind is Kind.TOOL]
    assert tool.name == "execute_tool get_user_country"
    given, result = [p for p in tool.parts if p.kind is not PartKind.OTHER]
    assert (given.kind, given.direction, given.text) == (
        PartKind.TOOL_CALL,
        Direction.IN,
        "{}",
    )
    assert (result.kind, result.text) == (PartKind.TOOL_RESULT, "Mexico")


@pytest.mark.parametrize("wire", WIRES)
def test_openai_shows_its_summaries_with_the_tokens_that_were_thought(wire):
    first, second = calls_of(OPENAI, wire)
    thoughts = out(first, PartKind.REASONING)
    assert len(thoughts) == 5
    assert thoughts[0].text.startswith("**Creating a structured poem**")
    assert {part.fidelity for part in thoughts} == {Fidelity.SUMMARY}
    assert (first.usage.reasoning, second.usage.reasoning) == (1792, 0)
    assert not out(second, PartKind.REASONING)


def test_openais_response_with_a_call_is_a_handoff_though_it_says_stop():
    first, second = calls_of(OPENAI)
    assert first.finish == ("stop",)
    assert (first.stop_class, second.stop_class) == ("tool_handoff", "completed")


def test_a_node_exporter_s_failed_tool_keeps_its_error_as_words():
    (span,) = body("js_exporter_sample.otlp", "json")
    assert (span.name, span.failed, span.error_type) == (
        "execute_tool refund",
        True,
        "Error",
    )
    errors = [p for p in span.parts if p.kind is PartKind.ERROR]
    assert errors[0].text == "boom"
    assert "server.js:4:231" in errors[1].text
    assert len([p for p in errors if p.text == "boom"]) == 1
