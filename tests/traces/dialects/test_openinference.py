"""OpenInference: messages flattened to keys, in the order they were made."""

import pytest

from tests.traces.dialects.spans import heard, read, said, texts
from traces.spans import Direction, Fidelity, Kind, PartKind, WordClass

OUT = "llm.output_messages.0.message"


def content(number, **told):
    prefix = f"{OUT}.contents.{number}."
    return {prefix + name.replace("__", "."): value for name, value in told.items()}


LLM = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "claude-opus-4-5",
    "llm.provider": "anthropic",
}


def test_contents_keep_the_order_of_thought_text_and_call():
    span = read(
        {
            **LLM,
            f"{OUT}.role": "assistant",
            **content(
                10, message_content__type="text", message_content__text="after ten"
            ),
            **content(
                0,
                message_content__type="reasoning",
                message_content__text="Hm.",
                message_content__signature="c2ln",
            ),
            **content(
                1,
                message_content__type="tool_use",
                tool_call__id="c1",
                tool_call__function__name="find",
                tool_call__function__arguments='{"id": 7}',
            ),
            **content(2, message_content__type="text", message_content__text="and"),
            f"{OUT}.tool_calls.0.tool_call.id": "c1",
            f"{OUT}.tool_calls.0.tool_call.function.name": "find",
            f"{OUT}.tool_calls.0.tool_call.function.arguments": '{"id": 7}',
            f"{OUT}.tool_calls.1.tool_call.id": "c2",
            f"{OUT}.tool_calls.1.tool_call.function.name": "stop",
        }
    )
    assert said(span) == [
        ("reasoning", "Hm."),
        ("opaque", "c2ln"),
        ("tool_call", '{"id": 7}'),
        ("text", "and"),
        ("text", "after ten"),
        ("tool_call", ""),
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data", Fidelity.PROVIDER_REDACTED),
        ("encrypted_content", Fidelity.ENCRYPTED),
        ("signature", Fidelity.OMITTED),
    ],
)
def test_reasoning_that_is_not_shown_says_why(name, expected):
    told = {"message_content__type": "reasoning", f"message_content__{name}": "c2Vj"}
    span = read({**LLM, **content(0, **told)})
    empty, sealed = [p for p in span.parts if p.direction is Direction.OUT]
    assert (empty.kind, empty.text, empty.fidelity) == (
        PartKind.REASONING,
        "",
        expected,
    )
    assert (sealed.words, sealed.text) == (WordClass.OPAQUE, "c2Vj")


def test_a_redaction_marker_is_told_from_a_text():
    marked = {
        "message_content__type": "reasoning",
        "message_content__text": "__REDACTED__",
    }
    span = read({**LLM, **content(0, **marked)})
    assert span.parts[0].fidelity is Fidelity.MASKED_BY_SOURCE


def test_a_tools_message_is_its_answer():
    span = read(
        {
            **LLM,
            "llm.input_messages.0.message.role": "tool",
            "llm.input_messages.0.message.tool_call_id": "c1",
            "llm.input_messages.0.message.content": "sunny",
        }
    )
    (part,) = span.parts
    assert (part.kind, part.call_id, part.text) == (
        PartKind.TOOL_RESULT,
        "c1",
        "sunny",
    )


def test_values_that_repeat_the_messages_are_dropped():
    span = read(
        {
            **LLM,
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "Hi",
            f"{OUT}.role": "assistant",
            f"{OUT}.content": "Yo",
            "input.value": "Hi",
            "output.value": '{"generations":[[{"text":"Yo"}]]}',
        }
    )
    assert texts(span) == ["Hi", "Yo"]


def test_values_are_kept_where_attributes_were_dropped():
    span = read(
        {
            **LLM,
            f"{OUT}.content": "Yo",
            "output.value": "Yo, and what was cut.",
        },
        dropped_attributes=3,
    )
    assert "Yo, and what was cut." in texts(span)


def test_a_payload_in_a_value_tells_what_the_keys_do_not():
    span = read(
        {
            **LLM,
            "output.value": '{"type":"message","role":"assistant","content":'
            '[{"type":"thinking","thinking":"Hm.","signature":"s"},'
            '{"type":"text","text":"Yo"}],"stop_reason":"end_turn",'
            '"usage":{"input_tokens":3,"cache_read_input_tokens":9,"output_tokens":4,'
            '"output_tokens_details":{"thinking_tokens":2}}}',
        }
    )
    assert said(span) == [("reasoning", "Hm."), ("opaque", "s"), ("text", "Yo")]
    assert (span.usage.input, span.usage.reasoning) == (12, 2)
    assert span.finish == ("end_turn",)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("LLM", Kind.LLM),
        ("CHAIN", Kind.OTHER),
        ("RETRIEVER", Kind.RETRIEVAL),
        ("RERANKER", Kind.RETRIEVAL),
        ("EMBEDDING", Kind.EMBEDDING),
        ("TOOL", Kind.TOOL),
        ("AGENT", Kind.AGENT),
        ("GUARDRAIL", Kind.GUARDRAIL),
        ("EVALUATOR", Kind.EVALUATION),
        ("DECISION", Kind.PLANNING),
        ("UNKNOWN", Kind.OTHER),
    ],
)
def test_the_span_kind_says_the_kind(name, kind):
    assert read({"openinference.span.kind": name}).kind is kind


def test_its_kind_counts_more_than_the_operation_and_less_than_our_own():
    told = {"openinference.span.kind": "AGENT", "gen_ai.operation.name": "chat"}
    assert read(told).kind is Kind.AGENT
    assert read({**told, "reviewapp.kind": "tool"}).kind is Kind.TOOL


def test_a_tool_span_tells_arguments_and_result_by_its_values():
    span = read(
        {
            "openinference.span.kind": "TOOL",
            "tool.name": "find",
            "input.value": '{"id":7}',
            "output.value": "in Delft",
        }
    )
    assert span.name == "execute_tool find"
    assert heard(span) == [("tool_call", '{"id":7}')]
    assert said(span) == [("tool_result", "in Delft")]


def test_documents_of_a_retrieval_are_results():
    prefix = "retrieval.documents.0.document"
    span = read(
        {
            "openinference.span.kind": "RETRIEVER",
            "input.value": "refund rules",
            f"{prefix}.id": "ann-lopez",
            f"{prefix}.content": "30 days",
            f"{prefix}.score": 0.5,
            f"{prefix}.metadata": '{"page": "seven"}',
        }
    )
    assert heard(span)[0] == ("text", "refund rules")
    assert said(span) == [("tool_result", "30 days")]
    assert any("seven" in text for text in texts(span))
    assert any("ann-lopez" in text for text in texts(span))
    assert not any(part.call_id for part in span.parts)


def test_parameters_are_facts_where_they_are_numbers():
    span = read(
        {
            **LLM,
            "llm.invocation_parameters": '{"temperature":0.5,"max_tokens":10,'
            '"stop":["Kind regards"],"stream":true}',
        }
    )
    assert span.parameters == {"temperature": 0.5, "max_tokens": 10, "stream": True}
    assert any("Kind regards" in text for text in texts(span))


def test_annotations_become_judgements():
    span = read(
        {
            **LLM,
            "annotations.0.annotation.name": "quality",
            "annotations.0.annotation.label": "good",
            "annotations.0.annotation.score": 1,
            "annotations.0.annotation.annotator_kind": "HUMAN",
            "trace.evaluations.0.evaluation.name": "safe",
            "trace.evaluations.0.evaluation.explanation": "nothing odd",
        }
    )
    first, second = span.judgements
    assert (first.name, first.label, first.score, first.source) == (
        "quality",
        "good",
        1.0,
        "HUMAN",
    )
    assert (second.name, second.comment) == ("safe", "nothing odd")


def test_tokens_and_costs_are_read():
    span = read(
        {
            **LLM,
            "llm.token_count.prompt": 10,
            "llm.token_count.completion": 20,
            "llm.token_count.prompt_details.cache_read": 4,
            "llm.token_count.completion_details.reasoning": 8,
            "llm.cost.total": 0.01,
            "session.id": "s1",
            "user.id": "u1",
        }
    )
    usage = span.usage
    assert (usage.input, usage.output, usage.cache_read, usage.reasoning) == (
        10,
        20,
        4,
        8,
    )
    assert (span.cost_usd, span.conversation, span.subject) == (0.01, "s1", "u1")
