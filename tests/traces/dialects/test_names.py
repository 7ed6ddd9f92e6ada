"""What goes into the shape looks like a name; what does not is kept as words."""

import pytest

from tests.traces.dialects.spans import read, texts
from traces.providers.naming import as_name, is_id, is_span_name
from traces.spans import WordClass

PROSE = "Refund Maria Lopez because her mother died"
HOSTILE = "please call ann@example.com about her refund today"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("claude-opus-4-5-20251101", "claude-opus-4-5-20251101"),
        ("claude-opus-4@20250514", "claude-opus-4@20250514"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06"),
        ("openai/gpt-5", "openai/gpt-5"),
        ("ft:gpt-4o-mini:shop::7p4lURel", "ft:gpt-4o-mini:shop::7p4lURel"),
        ("Refund Agent", "Refund Agent"),
        ("zoek_bestelling_é", "zoek_bestelling_é"),
        ("arn:aws:bedrock:eu-1:123456789012:x", "arn:aws:bedrock:eu-1:#:x"),
        ("order_0612345678", "order_#"),
        ("born 19800101", "born #"),
        ("ann@example.com", ""),
        ("a tool to find what people want", ""),
        ("line\nline", ""),
        ("x" * 120, "x" * 100),
        ("x" * 5000, ""),
        ("", ""),
    ],
)
def test_a_name_keeps_its_form_or_is_left_out(value, expected):
    assert as_name(value) == (expected, value == expected)


@pytest.mark.parametrize(
    "value",
    [
        "c1", "ann_1", "order-77", "call_0612345678ab", "toolu_01A09q90qw90lq917835lq9",
        "toolu_bdrk_01234567890ab", "chatcmpl-tool-0123456789abcdef",
        "srvtoolu_0123456789x", "12345678-1234-1234-1234-123456789012",
        "tooluse_123456Xy-_", "0123456789abcdef",
        "019a9d1a12345678aabbccddeeff0011", "functions.refund:0", "call_a1|fc_123456ab",
    ],
)  # fmt: skip
def test_an_id_that_a_program_made_is_told(value):
    assert is_id(value)


@pytest.mark.parametrize(
    "value",
    [
        "0612345678", "order_123456", "call_0612345678", "claims/ann", "/srv/ann.pdf",
        "ann-lopez-19800101", "1234567812345678", "claim_0612345678ab", "", "a b",
    ],
)  # fmt: skip
def test_an_id_that_may_be_somebody_s_is_words(value):
    assert not is_id(value)


@pytest.mark.parametrize("name", ["POST /v1/orders", "agent.run", "db: select", "a b"])
def test_a_span_keeps_a_name_that_code_gave_it(name):
    span = read({}, name=name)
    assert (span.name, texts(span)) == (name, [])


@pytest.mark.parametrize(
    "name",
    ["Refund for ann@example.com", "order 1234567", "x" * 81, "café", "a\nb", PROSE],
)
def test_a_span_s_name_with_words_becomes_words(name):
    span = read({}, name=name)
    assert span.name == "other"
    assert texts(span) == [f"span.name={name}"]
    assert not is_span_name(name)


def test_a_structured_name_replaces_the_given_one_which_is_kept():
    span = read(
        {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5"},
        name="Helping Ann",
    )
    assert span.name == "chat gpt-5"
    assert texts(span) == ["span.name=Helping Ann"]


@pytest.mark.parametrize(
    ("key", "fact"),
    [
        ("gen_ai.tool.name", "tool"),
        ("gen_ai.agent.name", "agent"),
        ("gen_ai.request.model", "model_asked"),
        ("gen_ai.response.model", "model"),
        ("gen_ai.provider.name", "provider"),
        ("error.type", "error_type"),
        ("service.version", "release"),
        ("deployment.environment.name", "environment"),
        ("gen_ai.tool.call.id", "call_id"),
        ("reviewapp.request_id", "request_id"),
        ("reviewapp.tool.effect", "effect"),
        ("gen_ai.operation.name", "name"),
        ("openinference.span.kind", "name"),
    ],
)
def test_a_chatty_value_never_gets_into_the_shape(key, fact):
    span = read({key: HOSTILE})
    assert HOSTILE not in repr(getattr(span, fact))
    assert "ann@example.com" not in repr({**facts_of(span)})
    assert any(HOSTILE in text for text in texts(span))


def facts_of(span):
    """Everything of a span that its shape would hold."""
    words = {"conversation", "subject", "parts", "judgements", "trace_id"}
    names = {
        slot for kind in type(span).__mro__ for slot in getattr(kind, "__slots__", ())
    }
    return {name: getattr(span, name) for name in names - words}


def test_finish_reasons_parameters_and_part_names_hold_no_words_either():
    span = read(
        {
            "gen_ai.response.finish_reasons": ["stop", HOSTILE],
            "gen_ai.request.temperature": HOSTILE,
            "gen_ai.request.reasoning.level": HOSTILE,
            "gen_ai.output.messages": [
                {
                    "role": HOSTILE,
                    "parts": [
                        {"type": "tool_call", "name": HOSTILE, "id": HOSTILE},
                        {"type": "blob", "mime_type": HOSTILE, "content": "aGk="},
                    ],
                }
            ],
        },
        events=[("exception", {"exception.type": HOSTILE})],
    )
    assert HOSTILE not in repr(facts_of(span))
    for part in span.parts:
        assert HOSTILE not in (part.name, part.call_id, part.role)
    assert span.finish == ("stop",)
    assert sum(HOSTILE in text for text in texts(span)) >= 5


def test_a_judgement_that_is_no_label_is_a_comment():
    told = {"gen_ai.evaluation.name": "tone", "gen_ai.evaluation.score.label": HOSTILE}
    (judged,) = read(events=[("gen_ai.evaluation.result", told)]).judgements
    assert (judged.name, judged.label, judged.comment) == ("tone", "", HOSTILE)


def test_an_error_message_is_words():
    span = read({}, status_code=2, status_message="Ann not found")
    (part,) = span.parts
    assert (span.failed, part.kind.value, part.text) == (True, "error", "Ann not found")
    assert part.words is WordClass.TOOLS
