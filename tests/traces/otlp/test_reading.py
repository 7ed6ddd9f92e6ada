"""Reading back what was kept: everything that a span carries, and fast."""

import random
import time

import pytest

from tests.traces.otlp.bodies import (
    NOON_NS,
    TRACE_ID,
    genai_span,
    logs_of,
    pairs,
    record,
    span,
    traces_of,
)
from traces.otlp import BadBody, read_records, read_spans
from traces.spans import RawEvent, RawSpan

PROTOBUF = "application/x-protobuf"
# Microseconds; a digest of 5,000 spans a second has 200 for each, on one core.
READ_WITHIN_US = 40


def test_a_span_is_read_whole():
    attributes = {
        "text": "t",
        "empty": "",
        "yes": True,
        "no": False,
        "whole": -(2**63),
        "zero": 0,
        "part": 0.5,
        "raw": b"\x00\xff",
        "list": ["a", 1, ["b"]],
        "map": {"k": {"l": None}},
    }
    attributes["map"]["k"]["l"] = "m"
    body = traces_of(
        span(
            1,
            attributes,
            parent_span_id=b"parentid",
            flags=0x301,
            status={"code": 2, "message": "no such order"},
            events=[
                {"name": "e", "time_unix_nano": 7, "attributes": pairs({"k": "v"})}
            ],
            links=[{"trace_id": TRACE_ID, "span_id": b"linkedid"}],
            dropped_attributes_count=1,
            dropped_events_count=2,
            dropped_links_count=3,
        )
    )
    (one,) = read_spans(PROTOBUF, body.SerializeToString())
    assert one == RawSpan(
        trace_id=TRACE_ID,
        span_id=(1).to_bytes(8, "big"),
        parent_id=b"parentid",
        name="chat 1",
        start_ns=NOON_NS,
        end_ns=NOON_NS + 1_000_000,
        attributes=attributes,
        resource={"service.name": "refunds"},
        scope="probe",
        scope_version="1.2",
        events=[RawEvent("e", 7, {"k": "v"})],
        links=[(TRACE_ID, b"linkedid")],
        kind=3,
        flags=0x301,
        status_code=2,
        status_message="no such order",
        dropped_attributes=1,
        dropped_events=2,
        dropped_links=3,
    )


def test_of_a_key_given_twice_the_last_one_counts():
    one = span(1, {"k": "first"})
    one.attributes.extend(pairs({"k": "last"}))
    (raw,) = read_spans(PROTOBUF, traces_of(one).SerializeToString())
    assert raw.attributes == {"k": "last"}


def test_a_body_of_another_type_is_refused():
    for read in (read_spans, read_records):
        with pytest.raises(BadBody):
            list(read("text/plain", b""))


def test_records_that_are_no_genai_events_are_passed_over():
    body = logs_of(record("other"), record("gen_ai.choice"), record(""))
    found = read_records(PROTOBUF, body.SerializeToString())
    assert [one.name for one in found] == ["gen_ai.choice"]


@pytest.mark.slow
def test_a_span_of_3_kb_is_read_in_microseconds():
    rng = random.Random(1)
    body = traces_of(*(genai_span(rng, n) for n in range(1, 501))).SerializeToString()
    assert 2_500 < len(body) / 500 < 3_500
    took = min(_seconds_to_read(body) for _ in range(10))
    assert took / 500 * 1e6 < READ_WITHIN_US


def _seconds_to_read(body: bytes) -> float:
    """Of the processor: whoever else is at work here does not count."""
    began = time.process_time()
    assert sum(1 for _ in read_spans(PROTOBUF, body)) == 500
    return time.process_time() - began
