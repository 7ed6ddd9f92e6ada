"""Why a span stopped: each raw reason, and what its own words say of it."""

import pytest

from traces.spans import Direction, Kind, Part, PartKind, Span, Usage, WordClass
from traces.stop_classes import CLASSES, classify, of_error, of_reason

OUT, IN = Direction.OUT, Direction.IN


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("stop", "completed"),
        ("end_turn", "completed"),
        ("STOP", "completed"),
        ("completed", "completed"),
        ("stop_sequence", "stop_sequence"),
        ("tool_calls", "tool_handoff"),
        ("tool_call", "tool_handoff"),
        ("tool_use", "tool_handoff"),
        ("function_call", "tool_handoff"),
        ("length", "output_limit"),
        ("max_tokens", "output_limit"),
        ("MAX_TOKENS", "output_limit"),
        ("max_output_tokens", "output_limit"),
        ("model_length", "output_limit"),
        ("model_context_window_exceeded", "context_limit"),
        ("pause_turn", "paused"),
        ("CONTINUATION", "paused"),
        ("queued", "paused"),
        ("in_progress", "paused"),
        ("compaction", "compacted"),
        ("refusal", "refused"),
        *[
            (raw, "filtered")
            for raw in (
                "content_filter",
                "content_filtered",
                "SAFETY",
                "PROHIBITED_CONTENT",
                "BLOCKLIST",
                "SPII",
                "RECITATION",
                "LANGUAGE",
                "IMAGE_SAFETY",
                "guardrail_intervened",
                "MODEL_ARMOR",
                "ESCALATION",
                "PUP_LIMITED_DISABLED",
            )
        ],
        ("MALFORMED_FUNCTION_CALL", "malformed"),
        ("MALFORMED_RESPONSE", "malformed"),
        ("UNEXPECTED_TOOL_CALL", "malformed"),
        ("malformed_tool_use", "malformed"),
        ("malformed_model_output", "malformed"),
        ("MISSING_THOUGHT_SIGNATURE", "malformed"),
        ("TOO_MANY_TOOL_CALLS", "budget"),
        ("max_messages", "budget"),
        ("steered", "steered"),
        ("cancelled", "cancelled"),
        ("abort", "cancelled"),
        ("insufficient_system_resource", "provider_error"),
        ("a_word_of_next_year", "unknown"),
    ],
)
def test_a_raw_reason_has_one_class(raw, expected):
    assert of_reason(raw) == expected
    assert expected in CLASSES


def test_error_is_a_providers_word_or_an_instruments():
    assert of_reason("error") == "lost"
    assert of_reason("error", "mistral_ai") == "provider_error"
    assert of_reason("error", "openai", failed=True) == "provider_error"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("asyncio.CancelledError", "cancelled"),
        ("AbortError", "cancelled"),
        ("KeyboardInterrupt", "cancelled"),
        ("TimeoutError", "timeout"),
        ("504", "timeout"),
        ("openai.RateLimitError", "rate_limited"),
        ("429", "rate_limited"),
        ("MaxTurnsExceeded", "budget"),
        ("GraphRecursionError", "budget"),
        ("UsageLimitExceeded", "budget"),
        ("ValueError", ""),
    ],
)
def test_an_errors_type_speaks_for_a_class(error, expected):
    assert of_error(error) == expected


def part(kind, text="", direction=OUT, call_id=""):
    return Part(kind, WordClass.DIALOGUE, direction, call_id=call_id, text=text)


TEXT = part(PartKind.TEXT, "Done.")
ASKED = part(PartKind.TEXT, "Do it.", IN)
CALL = part(PartKind.TOOL_CALL, "{}", call_id="c1")
BROKEN = part(PartKind.TOOL_CALL, '{"order": ', call_id="c1")
ANSWERED = part(PartKind.TOOL_RESULT, "sunny", call_id="c1")
THOUGHT = part(PartKind.REASONING, "Hm.")


def call(finish, parts, **more):
    facts = {"kind": Kind.LLM, "end_ns": 9, "finish": (finish,), **more}
    return Span(parts=list(parts), **facts)


@pytest.mark.parametrize(
    ("finish", "parts", "expected"),
    [
        ("end_turn", [TEXT], "completed"),
        ("end_turn", [TEXT, CALL], "dangling_tool_call"),
        ("end_turn", [CALL, ANSWERED, TEXT], "completed"),
        ("tool_use", [ASKED, TEXT], "phantom_handoff"),
        ("tool_use", [CALL], "tool_handoff"),
        ("tool_use", [BROKEN], "malformed"),
        ("end_turn", [ASKED, THOUGHT], "empty_completion"),
        ("end_turn", [ASKED, part(PartKind.TEXT, "  ")], "empty_completion"),
        ("max_tokens", [TEXT], "output_limit"),
        ("refusal", [TEXT], "refused"),
    ],
)
def test_the_spans_own_words_refine_what_was_declared(finish, parts, expected):
    assert classify(call(finish, parts)) == expected
    assert expected in CLASSES


@pytest.mark.parametrize("finish", ["end_turn", "tool_use"])
def test_nothing_is_refined_where_no_words_were_recorded(finish):
    assert classify(call(finish, [])) == of_reason(finish)
    opaque = part(PartKind.REASONING, "")
    assert classify(call(finish, [opaque])) == of_reason(finish)


def test_openais_responses_have_no_reason_for_a_call():
    assert classify(call("completed", [CALL], provider="openai")) == "tool_handoff"
    assert classify(call("completed", [BROKEN], provider="openai")) == "malformed"


@pytest.mark.parametrize(
    ("thought", "put_out", "limit", "parts", "expected"),
    [
        (90, 100, 100, [THOUGHT], "reasoning_exhausted"),
        (89, 100, 100, [THOUGHT], "output_limit"),
        (90, 100, 100, [THOUGHT, TEXT], "output_limit"),
        (0, 60, 100, [TEXT], "context_limit"),
        (None, 100, None, [TEXT], "output_limit"),
        (None, None, 100, [TEXT], "output_limit"),
    ],
)
def test_a_limit_is_told_apart_by_what_it_was_spent_on(
    thought, put_out, limit, parts, expected
):
    usage = Usage(output=put_out, reasoning=thought)
    parameters = {} if limit is None else {"max_tokens": limit}
    span = call("max_tokens", parts, usage=usage, parameters=parameters)
    assert classify(span) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"end_ns": 0}, "lost"),
        ({"end_ns": 9}, "unknown"),
        ({"end_ns": 0, "supplement": True}, "unknown"),
        ({"end_ns": 9, "failed": True}, "provider_error"),
        ({"end_ns": 9, "failed": True, "error_type": "TimeoutError"}, "timeout"),
    ],
)
def test_a_call_without_a_reason_is_lost_failed_or_unknown(facts, expected):
    assert classify(Span(kind=Kind.LLM, **facts)) == expected


def test_other_spans_have_a_class_only_where_their_error_has_one():
    agent = Span(kind=Kind.AGENT, failed=True, error_type="CancelledError", end_ns=9)
    assert classify(agent) == "cancelled"
    assert classify(Span(kind=Kind.AGENT, end_ns=9)) == ""
    tool = Span(kind=Kind.TOOL, failed=True, error_type="ValueError", end_ns=9)
    assert classify(tool) == ""
