"""Bodies of `/v1/logs`: the GenAI events among the records, which belong to spans.

Instrumentations of 2025 and later put what was said on the event
`gen_ai.client.inference.operation.details`, older ones on an event for each message.
Any other log record is none of ours: it is neither kept nor rejected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord

from traces.otlp.checks import fault_of_record
from traces.otlp.sifting import Sifted, parse, sift
from traces.otlp.spans import known_wire
from traces.otlp.values import attributes_of, value_of
from traces.otlp.wire import LOGS, Wire
from traces.spans import RawEvent, RawSpan

DETAILS = "gen_ai.client.inference.operation.details"
EVALUATION = "gen_ai.evaluation.result"
EVENTS = frozenset(
    {
        DETAILS,
        EVALUATION,
        "gen_ai.system.message",
        "gen_ai.user.message",
        "gen_ai.assistant.message",
        "gen_ai.tool.message",
        "gen_ai.choice",
    }
)


def sift_records(wire: Wire, body: bytes) -> Sifted:
    """Keep the GenAI events that belong to a trace. Raises BadBody or TooLarge."""
    return sift(wire, body, LOGS, _fault_of, is_genai)


def _fault_of(record: LogRecord, size: int) -> str | None:
    """An evaluation may be of a whole trace; every other event is one span's."""
    if not record.span_id and event_name(record) != EVALUATION:
        return "it names no span, so it cannot be joined to one"
    fault = fault_of_record(record, size)
    if fault is None and event_name(record) == EVALUATION and not _judges(record):
        return "it says nothing of what was judged"
    return fault


def _judges(record: LogRecord) -> bool:
    """True for an evaluation that tells anything but that it is one."""
    return bool(_told(record).keys() - {"event.name"})


def is_genai(record: LogRecord) -> bool:
    return event_name(record) in EVENTS


def event_name(record: LogRecord) -> str:
    """Return the name of an event; before 2025 it was an attribute."""
    if record.event_name:
        return record.event_name
    names = (one.value for one in record.attributes if one.key == "event.name")
    return next((name.string_value for name in names), "")


def read_records(content_type: str, body: bytes) -> Iterator[RawSpan]:
    """Read the GenAI events of a body as supplements to their spans. Raises BadBody.

    Inference details carry a span's own attributes, so they stand in `attributes`. A
    message or an evaluation is one event, as it would stand on the span itself, in
    `events`. What the record's body holds is merged in; of two the attribute counts.
    """
    for group in parse(known_wire(content_type), body, LOGS).request.resource_logs:
        resource = attributes_of(group.resource.attributes)
        for scope in group.scope_logs:
            for record in filter(is_genai, scope.log_records):
                yield _supplement(record, resource, scope.scope)


def _supplement(
    record: LogRecord, resource: dict[str, Any], scope: InstrumentationScope
) -> RawSpan:
    name, told = event_name(record), _told(record)
    at_ns = record.time_unix_nano or record.observed_time_unix_nano
    is_details = name == DETAILS
    return RawSpan(
        trace_id=record.trace_id,
        span_id=record.span_id,
        parent_id=b"",
        name=name,
        start_ns=0,
        end_ns=0,
        attributes=told if is_details else {},
        resource=resource,
        scope=scope.name,
        scope_version=scope.version,
        events=[] if is_details else [RawEvent(name, at_ns, told)],
        dropped_attributes=record.dropped_attributes_count,
        supplement=True,
    )


def _told(record: LogRecord) -> dict[str, Any]:
    """Return attributes and body as one; a body that is no map is its `content`."""
    body = value_of(record.body)
    if body is not None and not isinstance(body, dict):
        body = {"content": body}
    return (body or {}) | attributes_of(record.attributes)
