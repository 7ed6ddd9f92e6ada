"""OTLP/JSON as the specification has it, which is not protobuf's own JSON."""

import copy

import pytest

from tests.traces.api.exporting import JSON, partial
from tests.traces.api.outbox import kept
from tests.traces.otlp.bodies import NOON_NS, TRACE_ID, as_json, span, traces_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return as_json(
        traces_of(
            span(1, {"n": 5}, links=[{"trace_id": TRACE_ID, "span_id": b"8bytes.."}])
        )
    )


def spans_in(body):
    return body["resourceSpans"][0]["scopeSpans"][0]["spans"]


def test_ids_are_hexadecimal_in_any_case_links_included(exporter, body):
    upper = copy.deepcopy(body)
    (one,) = spans_in(upper)
    for holder in (one, *one["links"]):
        holder["traceId"] = holder["traceId"].upper()
        holder["spanId"] = holder["spanId"].upper()
    assert one["traceId"] != spans_in(body)[0]["traceId"]
    exporter.send(body, JSON)
    exporter.send(upper, JSON)
    first, second = kept()
    assert first == second
    assert first.trace_id == TRACE_ID
    assert first.links == [(TRACE_ID, b"8bytes..")]


@pytest.mark.parametrize("number", [7, "7"])
def test_64_bit_numbers_come_as_text_or_as_numbers(exporter, body, number):
    (one,) = spans_in(body)
    one["startTimeUnixNano"] = type(number)(NOON_NS)
    one["attributes"] = [{"key": "n", "value": {"intValue": number}}]
    assert partial(exporter.send(body, JSON)) == (0, "")
    (one,) = kept()
    assert (one.start_ns, one.attributes) == (NOON_NS, {"n": 7})


def test_unknown_names_are_ignored_and_null_is_as_absent(exporter, body):
    (one,) = spans_in(body)
    one |= {"novelty": {"deep": [1]}, "parentSpanId": None, "events": None}
    one["attributes"].append({"key": "x", "value": {"stringValueStrindex": 4}, "y": 1})
    body["novelty"] = [1]
    assert partial(exporter.send(body, JSON)) == (0, "")
    (one,) = kept()
    assert one.attributes == {"n": 5, "x": None}


def test_snake_case_is_not_honoured(exporter, body):
    (one,) = spans_in(body)
    one["trace_id"] = one.pop("traceId")
    rejected, message = partial(exporter.send(body, JSON))
    assert rejected == 1
    assert "trace id" in message
    assert partial(exporter.send({"resource_spans": body["resourceSpans"]}, JSON)) == (
        0,
        "",
    ), "to us it is an empty export"


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("kind", "SPAN_KIND_CLIENT"),
        ("status", {"code": "STATUS_CODE_ERROR"}),
        ("startTimeUnixNano", "noon"),
        ("startTimeUnixNano", 1.5),
        ("startTimeUnixNano", -1),
        ("startTimeUnixNano", 2**64),
        ("startTimeUnixNano", True),
        ("traceId", "AAECAwQFBgcICQoLDA0ODw=="),
        ("spanId", 7),
        ("name", 7),
        ("attributes", {"n": 5}),
        ("attributes", [7]),
        ("attributes", [{"key": 7}]),
        ("attributes", [{"key": "x", "value": {"intValue": "9223372036854775808"}}]),
        ("attributes", [{"key": "x", "value": {"boolValue": "yes"}}]),
        ("attributes", [{"key": "x", "value": {"doubleValue": "much"}}]),
        ("attributes", [{"key": "x", "value": {"bytesValue": "***"}}]),
        ("attributes", [{"key": "x", "value": {"arrayValue": {"values": 7}}}]),
        ("attributes", [{"key": "x", "value": {"stringValue": ["text"]}}]),
        ("events", [{"timeUnixNano": "?"}]),
    ],
)
def test_what_does_not_belong_is_rejected_with_its_span_alone(
    exporter, body, name, odd
):
    sound = copy.deepcopy(spans_in(body)[0]) | {"spanId": "ab" * 8}
    spans_in(body)[0][name] = odd
    spans_in(body).append(sound)
    rejected, message = partial(exporter.send(body, JSON))
    assert rejected == 1, message
    assert [one.span_id.hex() for one in kept()] == ["ab" * 8]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda group: group["resource"]["attributes"].append({"key": 7}),
        lambda group: group.update(resource=[]),
        lambda group: group["scopeSpans"][0]["scope"].update(attributes=7),
    ],
    ids=["attribute", "resource", "scope"],
)
def test_a_bad_resource_loses_its_own_spans_alone(exporter, body, spoil):
    good = copy.deepcopy(body["resourceSpans"][0])
    good["scopeSpans"][0]["spans"][0]["spanId"] = "ab" * 8
    spoil(body["resourceSpans"][0])
    body["resourceSpans"].append(good)
    rejected, message = partial(exporter.send(body, JSON))
    assert rejected == 1
    assert "its resource or scope cannot be read" in message
    assert [one.span_id.hex() for one in kept()] == ["ab" * 8]


def test_unknown_enums_are_kept_as_numbers(exporter, body):
    (one,) = spans_in(body)
    one |= {"kind": 99, "status": {"code": 7}}
    assert partial(exporter.send(body, JSON)) == (0, "")
    (one,) = kept()
    assert (one.kind, one.status_code) == (99, 7)


@pytest.mark.parametrize(
    "cut",
    [b'"half \\ud83d a pair"', b'"half \xf0\x9f a pair"'],
    ids=["escape", "bytes"],
)
def test_half_characters_do_not_lose_a_batch(exporter, cut):
    body = (
        b'{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%s",'
        b'"startTimeUnixNano":"1","endTimeUnixNano":"2","name":%s}]}]}]}'
    ) % (b"ab" * 16, b"cd" * 8, cut)
    assert partial(exporter.send(body, JSON)) == (0, "")
    (one,) = kept()
    assert one.name == "half \ufffd a pair"


@pytest.mark.parametrize(
    ("value", "meant"),
    [("NaN", "nan"), ("-Infinity", "-inf"), (3, "3.0"), ("1e3", "1000.0")],
)
def test_numbers_that_json_has_not(exporter, body, value, meant):
    spans_in(body)[0]["attributes"] = [{"key": "x", "value": {"doubleValue": value}}]
    assert partial(exporter.send(body, JSON)) == (0, "")
    (one,) = kept()
    assert str(one.attributes["x"]) == meant
