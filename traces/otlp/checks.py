"""What a span must be to be kept, checked before it is acknowledged. Cheap.

Each check returns why not, in words for whoever runs the exporter, or None. A span that
fails is rejected alone; the rest of its batch is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

MIB = 1024 * 1024
MOST_ITEMS = 10_000
MOST_EVENTS = 1_000
MOST_LINKS = 128  # the SDK's own limit
# OpenInference's own limit of attributes; the SDK's is 128.
MOST_ATTRIBUTES = 10_000
MOST_DEPTH = 32
MOST_KEY_BYTES = 256
MOST_VALUE_BYTES = 4 * MIB
MOST_ITEM_BYTES = 16 * MIB
# With room for what protobuf puts around one value.
_MOST_ENCODED = MOST_VALUE_BYTES + 16
# Nanoseconds are kept as signed 64-bit integers.
_END_OF_TIME = 2**63
_NO_TRACE, _NO_SPAN = bytes(16), bytes(8)


def fault_of_span(span: Span, size: int) -> str | None:
    """Return why a span of `size` bytes may not be kept, or None."""
    return (
        _fault_of_ids(span.trace_id, span.span_id)
        or _fault_of_parent(span.parent_span_id)
        or _fault_of_times(span.start_time_unix_nano, span.end_time_unix_nano)
        or _fault_of_size(size)
        or _fault_of_events(span, size)
        or _fault_of_links(span, size)
        or fault_of_attributes(span.attributes, size)
    )


def fault_of_record(record: LogRecord, size: int) -> str | None:
    """Return why a log record of `size` bytes may not be kept, or None."""
    if len(record.trace_id) != 16 or record.trace_id == _NO_TRACE:
        return "it names no trace, so it cannot be joined to one"
    if record.span_id and (len(record.span_id) != 8 or record.span_id == _NO_SPAN):
        return "its span id is not 8 bytes other than zero"
    if record.time_unix_nano >= _END_OF_TIME:
        return "its time is past the year 2262"
    return (
        _fault_of_size(size)
        or fault_of_attributes(record.attributes, size)
        or fault_of_value(record.body)
    )


def fault_of_attributes(attributes: Iterable[KeyValue], size: int) -> str | None:
    """Return what is wrong with keys, sizes or depth of some attributes, or None.

    `size` is that of all they belong to: in what is small no value can be too large.
    """
    for number, attribute in enumerate(attributes):
        key, value = attribute.key, attribute.value
        # 64 characters are 256 bytes at most, so most keys need not be encoded.
        if len(key) > 64 and len(key.encode()) > MOST_KEY_BYTES:
            return f"an attribute's key has more than {MOST_KEY_BYTES} bytes"
        if size > MOST_VALUE_BYTES and value.ByteSize() > _MOST_ENCODED:
            return f"an attribute's value has more than {MOST_VALUE_BYTES // MIB} MiB"
        if not value.string_value and (fault := fault_of_value(value)):
            return fault
        if number >= MOST_ATTRIBUTES:
            return f"it has more than {MOST_ATTRIBUTES} attributes"
    return None


def fault_of_value(value: AnyValue) -> str | None:
    """Return the fault of a value nested too deep, or None."""
    return None if _fits(value, MOST_DEPTH) else f"a value is over {MOST_DEPTH} deep"


def _fits(value: AnyValue, levels: int) -> bool:
    if levels == 0:
        return False
    if value.HasField("array_value"):
        return all(_fits(one, levels - 1) for one in value.array_value.values)
    if value.HasField("kvlist_value"):
        return all(_fits(one.value, levels - 1) for one in value.kvlist_value.values)
    return True


def _fault_of_ids(trace_id: bytes, span_id: bytes) -> str | None:
    if len(trace_id) != 16 or trace_id == _NO_TRACE:
        return "its trace id is not 16 bytes other than zero"
    if len(span_id) != 8 or span_id == _NO_SPAN:
        return "its span id is not 8 bytes other than zero"
    return None


def _fault_of_parent(parent_id: bytes) -> str | None:
    return "its parent's id is not 8 bytes" if len(parent_id) not in (0, 8) else None


def _fault_of_times(start: int, end: int) -> str | None:
    """An end of 0 is that of an open span."""
    if end and end < start:
        return "it ends before it starts"
    if start >= _END_OF_TIME or end >= _END_OF_TIME:
        return "its time is past the year 2262"
    return None


def _fault_of_size(size: int) -> str | None:
    if size > MOST_ITEM_BYTES:
        return f"it has more than {MOST_ITEM_BYTES // MIB} MiB"
    return None


def _fault_of_events(span: Span, size: int) -> str | None:
    if len(span.events) > MOST_EVENTS:
        return f"it has more than {MOST_EVENTS} events"
    for event in span.events:
        if fault := fault_of_attributes(event.attributes, size):
            return fault
    return None


def _fault_of_links(span: Span, size: int) -> str | None:
    if len(span.links) > MOST_LINKS:
        return f"it has more than {MOST_LINKS} links"
    for link in span.links:
        if fault := fault_of_attributes(link.attributes, size):
            return fault
    return None
