"""Bad spans and bad bodies: a defined answer each, and the rest of the batch kept."""

import gzip
import zlib

import pytest

from tests.traces.api.exporting import (
    JSON,
    PROTOBUF,
    partial,
    refusal,
    violations,
)
from tests.traces.api.outbox import kept
from tests.traces.otlp.bodies import (
    NOON_NS,
    TRACE_ID,
    as_json,
    logs_of,
    pairs,
    record,
    span,
    traces_of,
    value,
)
from traces.api import receiver
from traces.models import Batch
from traces.otlp.checks import MIB, MOST_ITEMS
from traces.otlp.inflating import inflate

pytestmark = pytest.mark.django_db
INVALID, TOO_LARGE = 3, 8
GOOD = 2


def nested(depth: int, wrap):
    """A value with `depth` levels of AnyValue."""
    thing = "deep"
    for _ in range(depth - 1):
        thing = wrap(thing)
    return thing


def in_list(thing):
    return [thing]


def in_map(thing):
    return {"k": thing}


BAD_SPANS = {
    "no trace id": ({"trace_id": b""}, "trace id"),
    "zero trace id": ({"trace_id": bytes(16)}, "trace id"),
    "short trace id": ({"trace_id": b"\x01" * 15}, "trace id"),
    "long trace id": ({"trace_id": b"\x01" * 17}, "trace id"),
    "no span id": ({"span_id": b""}, "span id"),
    "zero span id": ({"span_id": bytes(8)}, "span id"),
    "long span id": ({"span_id": b"\x01" * 9}, "span id"),
    "short parent": ({"parent_span_id": b"\x01" * 7}, "parent"),
    "ends first": ({"end_time_unix_nano": NOON_NS - 1}, "ends before it starts"),
    "far future": ({"start_time_unix_nano": 2**63, "end_time_unix_nano": 0}, "2262"),
    "many events": ({"events": [{"name": "e"}] * 1001}, "events"),
    "many links": ({"links": [{"flags": 1}] * 129}, "links"),
    "long key in a link": (
        {"links": [{"attributes": pairs({"k" * 257: 1})}]},
        "key",
    ),
    "many attributes": (
        {"attributes": {str(n): n for n in range(10_001)}},
        "attributes",
    ),
    "long key": ({"attributes": {"k" * 257: 1}}, "key"),
    "long key in bytes": ({"attributes": {"ü" * 129: 1}}, "key"),
    "deep list": ({"attributes": {"k": nested(33, in_list)}}, "deep"),
    "deep map": ({"attributes": {"k": nested(33, in_map)}}, "deep"),
    "deep in an event": (
        {"events": [{"attributes": pairs({"k": nested(33, in_list)})}]},
        "deep",
    ),
}


@pytest.mark.parametrize("wire", [PROTOBUF, JSON])
@pytest.mark.parametrize("name", BAD_SPANS)
def test_a_bad_span_is_rejected_alone(exporter, name, wire):
    fields, reason = BAD_SPANS[name]
    body = traces_of(span(1, **fields), span(GOOD))
    rejected, message = partial(
        exporter.send(as_json(body) if wire == JSON else body, wire)
    )
    assert rejected == 1
    assert reason in message
    assert [one.span_id[-1] for one in kept()] == [GOOD]


@pytest.mark.parametrize("wrap", [in_list, in_map])
@pytest.mark.parametrize("wire", [PROTOBUF, JSON])
def test_32_deep_is_as_deep_as_a_value_may_be(exporter, wire, wrap):
    thing = nested(32, wrap)
    body = traces_of(span(1, {"k": thing}))
    sent = as_json(body) if wire == JSON else body
    assert partial(exporter.send(sent, wire)) == (0, "")
    (one,) = kept()
    assert one.attributes == {"k": thing}


def test_what_is_within_limits_is_kept(exporter):
    """Open spans, zero parents, lost links and unknown enums lose nobody a span."""
    body = traces_of(
        span(1, end_time_unix_nano=0, parent_span_id=bytes(8), kind=42),
        span(2, {"": 1, "k" * 256: 2}, links=[{"trace_id": b"x"}], status={"code": 9}),
    )
    assert partial(exporter.send(body)) == (0, "")
    first, second = kept()
    assert (first.end_ns, first.parent_id, first.kind) == (0, b"", 42)
    assert (second.links, second.status_code) == ([], 9)


def test_one_bad_id_among_512(exporter):
    spans = [span(number) for number in range(1, 513)]
    spans[99].trace_id = bytes(16)
    rejected, message = partial(exporter.send(traces_of(*spans)))
    assert (rejected, Batch.objects.get().spans, len(kept())) == (1, 511, 511)
    assert (100).to_bytes(8, "big").hex() in message


def test_the_account_is_short_whatever_is_rejected(exporter):
    spans = [span(n, span_id=b"secret" * 100, name="secret") for n in range(500)]
    rejected, message = partial(exporter.send(traces_of(*spans)))
    assert rejected == 500
    assert len(message) < 2000
    assert "and 490 more" in message
    assert not Batch.objects.exists(), "nothing was left to keep"


def torn(sound: bytes, bad: bytes) -> bytes:
    """A body with one sound span, and one whose bytes were put there by hand."""
    return field(1, field(2, field(2, sound) + field(2, bad)))


def field(number: int, contents: bytes) -> bytes:
    """One field of bytes, as protobuf writes it."""
    return bytes([number << 3 | 2]) + varint(len(contents)) + contents


def varint(number: int) -> bytes:
    taken = b""
    while number >= 0x80:
        taken += bytes([number & 0x7F | 0x80])
        number >>= 7
    return taken + bytes([number])


def deeper_than_parsers_go() -> bytes:
    """A span with a list in a list in a list, two hundred times."""
    thing = field(1, b"deep")
    for _ in range(200):
        thing = field(5, field(1, thing))
    return span(1).SerializeToString() + field(9, field(1, b"k") + field(2, thing))


@pytest.mark.parametrize(
    "bad",
    [
        span(1, name="half").SerializeToString().replace(b"half", b"\xf0\x9f\x98 "),
        span(1, name="half").SerializeToString()[:-3],
        deeper_than_parsers_go(),
    ],
    ids=["invalid UTF-8", "torn", "200 deep"],
)
def test_what_no_parser_takes_does_not_take_its_neighbours_along(exporter, bad):
    body = torn(span(GOOD).SerializeToString(), bad)
    rejected, message = partial(exporter.send(body))
    assert rejected == 1
    assert "cannot be read" in message
    assert [one.span_id[-1] for one in kept()] == [GOOD]


def test_an_unreadable_resource_loses_its_own_spans_only(exporter):
    body = traces_of(span(1)).SerializeToString().replace(b"refunds", b"ref\xffnds")
    rejected, message = partial(
        exporter.send(body + traces_of(span(GOOD)).SerializeToString())
    )
    assert rejected == 1
    assert "resource" in message
    assert [one.span_id[-1] for one in kept()] == [GOOD]


def test_a_20_mb_attribute_is_rejected_and_a_large_one_kept(exporter):
    sizes = (20_000_000, 5 * MIB, 4 * MIB, 1)
    spans = [span(at, {"k": "x" * size}) for at, size in enumerate(sizes, 1)]
    rejected, message = partial(exporter.send(traces_of(*spans)))
    assert rejected == 2
    assert "it has more than 16 MiB" in message
    assert "value has more than 4 MiB" in message
    assert [len(one.attributes["k"]) for one in kept()] == [4 * MIB, 1]


def test_more_spans_than_a_request_may_have(exporter):
    spans = [span(n) for n in range(1, MOST_ITEMS + 4)]
    rejected, message = partial(exporter.send(traces_of(*spans)))
    assert (rejected, Batch.objects.get().spans) == (3, MOST_ITEMS)
    assert "more than 10000" in message


BODY = traces_of(span(1)).SerializeToString()


@pytest.mark.parametrize(
    ("body", "content_type", "encoding", "code"),
    [
        (BODY[:-1], PROTOBUF, "", INVALID),
        (b"{}", PROTOBUF, "", INVALID),
        (b"\xff" * 40, PROTOBUF, "", INVALID),
        (b"\x10\x01", PROTOBUF, "", INVALID),
        (BODY, JSON, "", INVALID),
        (b'{"resourceSpans":[', JSON, "", INVALID),
        (b"[]", JSON, "", INVALID),
        (b"NaN", JSON, "", INVALID),
        (b"", JSON, "", INVALID),
        (b'{"resourceSpans":7}', JSON, "", INVALID),
        (b'{"resourceSpans":[7]}', JSON, "", INVALID),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, JSON, "", INVALID),
        (BODY, PROTOBUF, "gzip", INVALID),
        (gzip.compress(BODY)[:-9], PROTOBUF, "gzip", INVALID),
        (gzip.compress(BODY)[:-4] + b"\0\0\0\0", PROTOBUF, "gzip", INVALID),
        (gzip.compress(BODY) + b"more", PROTOBUF, "gzip", INVALID),
        (gzip.compress(b"") * 17, PROTOBUF, "gzip", INVALID),
        (b"", PROTOBUF, "gzip", INVALID),
        (zlib.compress(BODY)[:-2], PROTOBUF, "deflate", INVALID),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    exporter, body, content_type, encoding, code
):
    answer = exporter.send(body, content_type, Content_Encoding=encoding)
    assert answer.status_code == 400
    assert answer["Content-Type"] == content_type
    assert refusal(answer) == (code, "malformed")
    assert not Batch.objects.exists()


def test_a_refused_body_is_told_as_a_bad_request(exporter):
    assert violations(exporter.send(BODY[:-1])) == ["body"]


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_refused_before_it_goes_off(exporter, encoding):
    pack = gzip.compress if encoding == "gzip" else zlib.compress
    bomb = pack(bytes(65 * MIB))
    assert len(bomb) < MIB
    answer = exporter.send(bomb, Content_Encoding=encoding)
    assert (answer.status_code, refusal(answer)) == (413, (TOO_LARGE, "too_large"))


def test_what_may_be_large_inside_waits_its_turn_before_it_is_inflated(
    exporter, monkeypatch
):
    turns = []

    def watched(body, encoding, limit):
        turns.append(receiver._LARGE.locked())
        return inflate(body, encoding, limit)

    monkeypatch.setattr(receiver, "inflate", watched)
    for path in ("/v1/traces", "/v1/metrics"):
        for body, encoding in (
            (BODY, ""),
            (gzip.compress(BODY), "gzip"),
            (gzip.compress(bytes(5 * MIB)), "gzip"),
            (bytes(5 * MIB), ""),
        ):
            exporter.send(body, path=path, Content_Encoding=encoding)
    assert turns == [False, False, True, True] * 2


def test_the_limit_counts_before_inflating_too(exporter, settings):
    settings.INGEST_BODY_LIMIT = len(BODY) - 1
    answer = exporter.send(BODY)
    assert (answer.status_code, refusal(answer)) == (413, (TOO_LARGE, "too_large"))
    settings.INGEST_BODY_LIMIT = len(BODY)
    assert partial(exporter.send(BODY)) == (0, "")


def test_members_of_one_stream_share_one_limit(exporter, settings):
    half = len(BODY) // 2
    parts = gzip.compress(BODY[:half]) + gzip.compress(BODY[half:])
    settings.INGEST_BODY_LIMIT = len(parts)
    assert partial(exporter.send(parts, Content_Encoding="gzip")) == (0, "")
    settings.INGEST_BODY_LIMIT = len(BODY) - 1
    packed = gzip.compress(BODY * 20)
    assert exporter.send(packed, Content_Encoding="gzip").status_code == 413


@pytest.mark.parametrize(
    "body", [b"\x0a\x00" * 200_001, b"\x0a\x04\x12\x02\x12\x00" * 100_000]
)
def test_millions_of_nothings_end_in_time(exporter, body):
    answer = exporter.send(body)
    assert (answer.status_code, refusal(answer)) == (413, (TOO_LARGE, "too_large"))


def test_logs_sent_to_the_wrong_address_are_told_and_not_stored(exporter):
    rejected, message = partial(exporter.send(logs_of(record("gen_ai.choice"))))
    assert (rejected, bool(message)) == (1, True)
    assert not Batch.objects.exists()


def test_a_value_by_index_is_as_none(exporter):
    one = span(1)
    one.attributes.add(key="x").value.string_value_strindex = 3
    one.attributes.add(key="y").value.CopyFrom(value(""))
    assert partial(exporter.send(traces_of(one))) == (0, "")
    assert {"x": None, "y": ""}.items() <= kept()[0].attributes.items()
    assert kept()[0].trace_id == TRACE_ID
