"""What nobody has told us of is kept as it came, in the stricter class."""

import pytest

from tests.traces.dialects.spans import read, texts
from traces.spans import Fidelity, PartKind, RawEvent, WordClass


def classes(span):
    return {part.words: part.text for part in span.parts}


def test_unknown_attributes_of_one_class_stand_in_one_part():
    span = read({"shop.order": "seven", "shop.list": ["a", {"b": 1}], "shop.n": 4})
    (part,) = span.parts
    assert (part.kind, part.words) == (PartKind.OTHER, WordClass.TOOLS)
    assert part.text == 'shop.order=seven\nshop.list=["a",{"b":1}]\nshop.n=4'


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("agent.reasoning", "because"),
        ("agent.chain_of_thought", "because"),
        ("thoughts", ["because"]),
        ("state", '{"messages":[{"thinking":"because"}]}'),
        ("state", {"deep": [{"type": "reasoning", "content": "because"}]}),
        ("state", '{"thinking": "because", cut in the mid'),
        ("note", "<think>because</think> yes"),
        ("shop.scratchpad", "because"),
    ],
)
def test_what_may_be_reasoning_is_reasoning(key, value):
    span = read({key: value})
    assert set(classes(span)) == {WordClass.REASONING}
    assert span.parts[0].fidelity is Fidelity.UNKNOWN


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("refund.reason", "because"),
        ("reasoning.effort.tokens", 400),
        ("cotton", "because"),
        ("text", "I was thinking of a refund; the reason is simple"),
    ],
)
def test_a_reason_and_a_count_are_no_reasoning(key, value):
    assert set(classes(read({key: value}))) == {WordClass.TOOLS}


def test_what_is_signed_or_encrypted_is_opaque():
    span = read(
        {"vendor.encrypted_state": "c2Vj", "state": {"signature": "c2ln", "a": "b"}}
    )
    assert classes(span) == {
        WordClass.OPAQUE: "vendor.encrypted_state=c2Vj\nstate=c2ln",
        WordClass.TOOLS: 'state={"a":"b"}',
    }


def test_a_tool_that_only_thinks_has_reasoning_for_arguments():
    span = read(
        {
            "gen_ai.output.messages": [
                {
                    "role": "assistant",
                    "parts": [
                        {
                            "type": "tool_call",
                            "name": "think",
                            "arguments": {"thought": "because"},
                        }
                    ],
                }
            ]
        }
    )
    assert (span.parts[0].words, span.parts[0].fidelity) == (
        WordClass.REASONING,
        Fidelity.RAW,
    )


ANSWER = '{"thought":"because","answer":"yes"}'


@pytest.mark.parametrize(
    "told",
    [
        {"gen_ai.output.messages": [{"role": "assistant", "content": ANSWER}]},
        {"final_result": ANSWER, "gen_ai.operation.name": "invoke_agent"},
        {"ai.response.object": ANSWER, "ai.operationId": "ai.generateObject"},
        {"gen_ai.completion.0.content": ANSWER},
    ],
)
def test_what_an_answer_was_told_to_think_first_is_reasoning(told):
    parts = [(p.words, p.text) for p in read(told).parts if p.text]
    assert parts[:2] == [
        (WordClass.REASONING, "because"),
        (WordClass.DIALOGUE, '{"answer":"yes"}'),
    ]


def test_a_form_that_a_person_fills_in_is_no_reasoning():
    span = read({"gen_ai.input.messages": [{"role": "user", "content": ANSWER}]})
    assert {part.words for part in span.parts} == {WordClass.DIALOGUE}


def test_technical_attributes_are_dropped():
    span = read(
        {
            "server.address": "api.test",
            "telemetry.sdk.name": "otel",
            "http.status_code": 200,
            "logfire.json_schema": '{"type":"object"}',
            "gen_ai.usage.total_tokens": 7,
        }
    )
    assert span.parts == []


def test_an_unknown_event_is_kept_with_its_time():
    span = read(events=[("cancelled by user", {"who": "Ann"})])
    assert texts(span) == ['{"name":"cancelled by user","at_ns":5,"who":"Ann"}']


def test_exceptions_are_errors_and_told_once():
    told = {
        "exception.type": "ValueError",
        "exception.message": "no order",
        "exception.stacktrace": "File x, line 7",
    }
    span = read(
        {}, events=[("exception", told)], status_code=2, status_message="no order"
    )
    assert [(part.kind.value, part.name, part.text) for part in span.parts] == [
        ("error", "ValueError", "no order"),
        ("error", "stacktrace", "File x, line 7"),
    ]
    assert (span.failed, span.error_type) == (True, "ValueError")


def test_an_exception_that_was_handled_is_no_failure():
    span = read(events=[("exception", {"exception.type": "ValueError"})])
    assert (span.failed, span.error_type) == (False, "")


@pytest.mark.parametrize(
    "value",
    [
        "data:image/png;base64," + "iVBORw0KGgo" * 200,
        "see ![it](data:image/png;base64," + "iVBORw0KGgo" * 200 + ")",
        "iVBORw0KGgo" * 200,
        {"mime_type": "image/png", "data": "iVBORw0K"},
        b"\x89PNG\r\n",
    ],
    ids=["data url", "inside text", "a long run", "named", "bytes"],
)
def test_bytes_are_never_kept(value):
    span = read({"shop.picture": value})
    assert not any("iVBORw0K" in text for text in texts(span))
    (attached,) = [p for p in span.parts if p.kind is PartKind.ATTACHMENT]
    assert attached.size
    assert attached.name in ("image/png", "application/octet-stream")


def test_a_supplement_of_one_message_is_read():
    span = read(
        {},
        name="gen_ai.user.message",
        supplement=True,
        start_ns=0,
        end_ns=0,
        events=[("gen_ai.user.message", {"content": "Hi"})],
    )
    assert (texts(span), span.start_ns, span.end_ns) == (["Hi"], 5, 0)
    assert RawEvent("x", 5, {}).at_ns == 5
