"""What an exporter sends: one of two wires, and requests of three levels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from google.protobuf.message import Message
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

from reviewapp.core.problems import Invalid


class Wire(StrEnum):
    """The two encodings of OTLP/HTTP, by their media type."""

    PROTOBUF = "application/x-protobuf"
    JSON = "application/json"


class BadBody(Invalid):
    """A body of which nothing can be kept: it cannot be read at all."""

    def __init__(self, detail: str) -> None:
        super().__init__({"body": [detail]}, code="malformed", detail=detail)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the items of a signal stand: below resources (1) and scopes (2).

    Traces and logs number their fields alike: 1 is the resource, or the scope; 2 holds
    the next level; 3 is a schema URL.
    """

    request: type[Message]
    resources: str
    scopes: str
    items: str


TRACES = Layout(ExportTraceServiceRequest, "resource_spans", "scope_spans", "spans")
LOGS = Layout(ExportLogsServiceRequest, "resource_logs", "scope_logs", "log_records")


def wire_of(content_type: str) -> Wire | None:
    """Return the wire that a Content-Type names, or None; parameters do not matter."""
    media = content_type.partition(";")[0].strip().lower()
    return next((wire for wire in Wire if wire.value == media), None)
