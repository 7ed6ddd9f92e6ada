"""Where fields of protobuf begin and end, told by hand as the parser tells it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.traces.otlp.bodies import span
from traces.otlp.fields import fields
from traces.otlp.wire import BadBody


def split(body: bytes):
    return [
        (number, bytes(whole), bytes(inner))
        for number, whole, inner in fields(memoryview(body))
    ]


def test_the_fields_of_a_span_are_those_that_were_set():
    one = span(1, {"a": 1}, flags=257, status={"message": "no"})
    found = split(one.SerializeToString())
    assert {number for number, _, _ in found} == {f.number for f, _ in one.ListFields()}
    by_number = {number: inner for number, _, inner in found}
    assert by_number[1] == one.trace_id
    assert by_number[9] == one.attributes[0].SerializeToString()
    assert by_number[7] == b"", "a number has no contents"


@given(
    name=st.text(max_size=300),
    flags=st.integers(0, 2**32 - 1),
    start=st.integers(0, 2**64 - 1),
)
def test_put_together_again_they_are_the_body(name, flags, start):
    body = Span(name=name, flags=flags, start_time_unix_nano=start).SerializeToString()
    assert b"".join(whole for _, whole, _ in split(body)) == body


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a",
        b"\x0a\x05abc",
        b"\x09\x00\x00",
        b"\x0d\x00",
        b"\x08",
        b"\x08\x80",
        b"\x0b\x0c",
        b"\x02\x00",
        b"\x0f\x00",
        b"\x80" * 11,
        b"\x0a" + b"\xff" * 9 + b"\x01",
    ],
    ids=[
        *("no length", "short", "short fixed64", "short fixed32", "no varint"),
        *("open varint", "group", "field zero", "no such type", "endless", "huge"),
    ],
)
def test_what_is_torn_is_told(body):
    with pytest.raises(BadBody):
        split(body)
