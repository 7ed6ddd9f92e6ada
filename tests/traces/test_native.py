"""What is imported as JSON Lines: native responses and recorded runs."""

from datetime import UTC, datetime

import orjson
import pytest

from tests.traces.dialects.spans import SHARED, needs_shared, said
from traces.native import BadLine, check_lines, read_lines
from traces.spans import Fidelity, Kind, PartKind, WordClass

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FAR = "9999-12-31T23:59:59Z"
RESPONSE = {
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [
        {"type": "thinking", "thinking": "Which order?", "signature": "c2ln"},
        {"type": "text", "text": "Which order is it?"},
    ],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 10, "output_tokens": 7, "cache_read_input_tokens": 90},
}
RUN = {
    "run_id": "r1",
    "agent": "shop",
    "environment": "test",
    "outcome_ok": False,
    "messages": [
        {"role": "user", "at": "2026-01-01T10:00:00", "text": "Cancel order 7."},
        {
            "role": "assistant",
            "at": "2026-01-01T10:00:04",
            "model": "claude-sonnet-4-5",
            "stop_reason": "tool_use",
            "usage": {"prompt_tokens": 50, "completion_tokens": 20},
            "thinking": [{"text": "Order 7 then.", "signature": "c2ln"}],
            "tool_calls": [
                {
                    "id": "c1",
                    "name": "cancel_order",
                    "arguments": {"order_id": "7", "user_id": "ann_1"},
                    "writes": True,
                }
            ],
        },
        {
            "role": "tool",
            "at": "2026-01-01T10:00:05",
            "tool_call_id": "c1",
            "text": "too late",
            "error": True,
        },
        {
            "role": "assistant",
            "at": "2026-01-01T10:00:08",
            "stop_reason": "end_turn",
            "text": "It has left already.",
        },
    ],
}


def lines(*values):
    return b"\n".join(orjson.dumps(value) for value in values)


def imported(*values):
    return list(read_lines(lines(*values), now=NOW))


def test_a_response_becomes_one_synthetic_span():
    (span,) = imported(RESPONSE)
    assert (span.kind, span.name) == (Kind.LLM, "chat claude-sonnet-4-5")
    assert (span.synthetic, span.provider) == (True, "anthropic")
    assert (span.finish, span.stop_class) == (("end_turn",), "completed")
    assert (span.usage.input, span.usage.cache_read) == (100, 90)
    assert said(span) == [
        ("reasoning", "Which order?"),
        ("opaque", "c2ln"),
        ("text", "Which order is it?"),
    ]
    assert span.start_ns == span.end_ns == 1_795_176_000_000_000_000


def test_a_wrapper_says_when_whose_and_what_was_asked():
    (span,) = imported(
        {
            "response": RESPONSE,
            "request": {
                "model": "claude-sonnet-4-5",
                "system": "Be brief.",
                "max_tokens": 500,
                "messages": [{"role": "user", "content": "Cancel it."}],
            },
            "at": "2026-01-01T10:00:00Z",
            "trace_id": "AB" * 16,
            "conversation_id": "conv-1",
            "subject_ref": "cust-1",
        }
    )
    assert span.start_ns == 1_767_261_600_000_000_000
    assert (span.conversation, span.subject) == ("conv-1", "cust-1")
    assert span.parameters == {"max_tokens": 500}
    assert [part.text for part in span.parts][:2] == ["Cancel it.", "Be brief."]


def test_importing_twice_makes_the_same_ids():
    first = [(s.trace_id, s.span_id) for s in imported(RESPONSE, RUN)]
    again = [(s.trace_id, s.span_id) for s in imported(RESPONSE, RUN)]
    assert first == again
    assert len(set(first)) == 5


def test_a_run_becomes_an_agent_its_calls_and_its_tools():
    root, first, tool, last = imported(RUN)
    assert [s.kind for s in (root, first, tool, last)] == [
        Kind.AGENT,
        Kind.LLM,
        Kind.TOOL,
        Kind.LLM,
    ]
    assert {s.parent_id for s in (first, tool, last)} == {root.span_id}
    assert (root.name, root.subject, root.conversation) == (
        "invoke_agent shop",
        "ann_1",
        "r1",
    )
    assert [part.text for part in root.parts] == [
        "Cancel order 7.",
        "It has left already.",
    ]
    assert [(j.name, j.label) for j in root.judgements] == [("outcome", "bad")]


def test_a_call_of_a_run_is_told_with_what_came_since_the_last_turn():
    _, first, _, last = imported(RUN)
    assert [part.text for part in first.parts][:3] == [
        "Cancel order 7.",
        "Order 7 then.",
        "c2ln",
    ]
    assert first.parts[1].fidelity is Fidelity.SUMMARY
    assert first.stop_class == "tool_handoff"
    assert (first.end_ns - first.start_ns, first.turn) == (4_000_000_000, 1)
    assert [part.text for part in last.parts] == ["too late", "It has left already."]


def test_a_tool_of_a_run_has_its_effect_its_time_and_its_failure():
    _, _, tool, _ = imported(RUN)
    assert (tool.name, tool.effect, tool.failed) == (
        "execute_tool cancel_order",
        "write",
        True,
    )
    assert tool.end_ns - tool.start_ns == 1_000_000_000
    assert [(p.kind, p.failed) for p in tool.parts] == [
        (PartKind.TOOL_CALL, False),
        (PartKind.TOOL_RESULT, True),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "no JSON"),
        (b"[]", "no JSON object"),
        (b'{"a": 1}', "neither a provider's response nor a recorded run"),
        (lines({"response": RESPONSE, "trace_id": "ab"}), "32 hexadecimal"),
        (lines({"response": RESPONSE, "at": "soon"}), "at is no ISO 8601"),
        (lines({"response": RESPONSE, "at": FAR}), "at is not between 1970 and 2262"),
        (lines({"response": RESPONSE, "ended_at": FAR}), "ended_at is not between"),
        (lines({"response": RESPONSE, "at": "1969-12-31T23:59:59Z"}), "at is not"),
        (lines({**RUN, "ended_at": FAR}), "ended_at is not between"),
        (lines({**RUN, "messages": [{"role": "user", "at": FAR}]}), "at is not"),
        (lines({"response": RESPONSE, "who": "ann"}), "no field is called 'who'"),
        (lines({"response": RESPONSE, "request": []}), "request is no JSON object"),
        (lines({**RUN, "messages": []}), "no messages"),
        (lines({**RUN, "agent": 7}), "agent is no name"),
        (lines({**RUN, "messages": [{"role": "chief"}]}), "none of the roles"),
        (lines({**RUN, "messages": [{"role": "user"}]}), "at is no ISO 8601"),
        (b'{"response":' + b"[" * 300 + b"]" * 300 + b"}", "nested more than"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line, reason):
    with pytest.raises(BadLine, match="Line 3: ") as refused:
        check_lines(lines(RESPONSE) + b"\n\n" + line)
    assert reason in refused.value.reason
    assert refused.value.number == 3


def test_a_body_has_no_more_spans_than_one_may_send(monkeypatch):
    monkeypatch.setattr("traces.native.MOST_SPANS", 8)
    assert check_lines(lines(RUN, RUN)).spans == 8
    with pytest.raises(BadLine, match=r"Line 3: .*more than 8 spans"):
        check_lines(lines(RUN, RUN, RESPONSE))


def test_a_body_has_no_more_traces_than_one_may_send(monkeypatch):
    monkeypatch.setattr("traces.native.MOST_TRACES", 2)
    assert check_lines(lines(RESPONSE, RUN, RUN)).spans == 9
    with pytest.raises(BadLine, match=r"Line 4: .*more than 2 traces"):
        check_lines(lines(RESPONSE, RUN, RUN, {**RUN, "run_id": "r2"}))


NAMED = {"response": RESPONSE, "trace_id": "AB" * 16}


def test_responses_that_name_one_trace_share_one_which_is_not_the_one_named():
    """That one may have been sent, or may yet be."""
    other = {**NAMED, "trace_id": "ab" * 16, "response": {**RESPONSE, "id": "msg_2"}}
    one, two = imported(NAMED, other)
    assert one.trace_id == two.trace_id
    assert one.span_id != two.span_id
    assert one.trace_id != "ab" * 16


@pytest.mark.parametrize(
    "values", [[RESPONSE], [RUN], [NAMED, RESPONSE], [RUN, {**RUN, "run_id": "r2"}]]
)
def test_what_is_checked_is_what_comes_of_it(values):
    checked, spans = check_lines(lines(*values)), imported(*values)
    assert checked.spans == len(spans)
    assert checked.traces == list(dict.fromkeys(span.trace_id for span in spans))


@pytest.mark.parametrize(
    "year", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
)
def test_a_time_at_the_end_of_all_times_is_refused(year):
    with pytest.raises(BadLine, match="at is not between 1970 and 2262"):
        check_lines(lines({"response": RESPONSE, "at": year}))


@needs_shared
def test_25_runs_have_210_thoughts_with_their_text():
    body = (SHARED / "runs/airline_support.jsonl").read_bytes()
    spans = list(read_lines(body, now=NOW))
    thoughts = [p for s in spans for p in s.parts if p.kind is PartKind.REASONING]
    assert len({span.trace_id for span in spans}) == 25
    assert len({(span.trace_id, span.span_id) for span in spans}) == len(spans)
    assert len(thoughts) == 210
    assert all(part.text and part.words is WordClass.REASONING for part in thoughts)
    assert {part.fidelity for part in thoughts} == {Fidelity.SUMMARY}
    assert all(span.synthetic for span in spans)
    assert sum(span.effect == "write" for span in spans) == 22
