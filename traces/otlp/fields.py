"""Protobuf's wire format, as far as it takes to tell where a field begins and ends.

For bodies that a parser takes whole or not at all: the fields of one level, by which
what is sound can be told from what is not. Encoding: protobuf.dev/programming-guides/
encoding.
"""

from __future__ import annotations

from collections.abc import Iterator

from traces.otlp.wire import BadBody

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_TORN = "The body is no protobuf, or was cut short."


def fields(body: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Yield (number, the whole field, its contents) of one message, in order.

    Contents are empty for numbers. Raises BadBody where no field can begin, or where
    one would end behind the body.
    """
    at, end = 0, len(body)
    while at < end:
        tag, begins = _varint(body, at)
        ends = _end_of(body, begins, tag & 7)
        if ends > end or tag < 8:
            raise BadBody(_TORN)
        is_bytes = tag & 7 == _BYTES
        contents = body[_varint(body, begins)[1] : ends] if is_bytes else body[:0]
        yield tag >> 3, body[at:ends], contents
        at = ends


def _end_of(body: memoryview, at: int, kind: int) -> int:
    if kind == _BYTES:
        length, begins = _varint(body, at)
        return begins + length
    if kind == _VARINT:
        return _varint(body, at)[1]
    if kind == _FIXED64:
        return at + 8
    if kind == _FIXED32:
        return at + 4
    # Groups are long gone from protobuf; OTLP never had any.
    raise BadBody(_TORN)


def _varint(body: memoryview, at: int) -> tuple[int, int]:
    """Return the number that begins at `at`, and where it has ended."""
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(body):
            raise BadBody(_TORN)
        byte = body[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
    raise BadBody(_TORN)
