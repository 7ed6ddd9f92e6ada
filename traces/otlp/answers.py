"""What goes back to an exporter, in the wire it spoke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import orjson
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceResponse,
)
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceResponse,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceResponse,
)

from traces.otlp.rejections import Rejection, account_of
from traces.otlp.wire import Wire

_DOMAIN = "reviewapp"
# google.rpc.Code by HTTP status; what is not named is UNKNOWN.
_CODES = {
    400: Code.INVALID_ARGUMENT,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.NOT_FOUND,
    405: Code.UNIMPLEMENTED,
    413: Code.RESOURCE_EXHAUSTED,
    415: Code.INVALID_ARGUMENT,
    500: Code.INTERNAL,
    503: Code.UNAVAILABLE,
}


def spans_answer(rejected: list[Rejection]) -> Message:
    answer = ExportTraceServiceResponse()
    if rejected:
        answer.partial_success.rejected_spans = len(rejected)
        answer.partial_success.error_message = account_of(rejected, "spans")
    return answer


def records_answer(rejected: list[Rejection]) -> Message:
    answer = ExportLogsServiceResponse()
    if rejected:
        answer.partial_success.rejected_log_records = len(rejected)
        answer.partial_success.error_message = account_of(rejected, "log records")
    return answer


def metrics_answer() -> Message:
    return ExportMetricsServiceResponse()


def status_of(
    http_status: int, code: str, detail: str, errors: Mapping[str, Sequence[str]]
) -> Status:
    """Return a refusal as google.rpc.Status: our own code as its reason (AIP-193), what
    is wrong with the body as BadRequest.
    """
    details: list[Message] = [ErrorInfo(reason=code, domain=_DOMAIN)]
    violations = [
        BadRequest.FieldViolation(field=field, description=text)
        for field, texts in errors.items()
        for text in texts
    ]
    if violations:
        details.append(BadRequest(field_violations=violations))
    number = _CODES.get(http_status, Code.UNKNOWN)
    return Status(code=number, message=detail, details=map(_packed, details))


def _packed(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed


def encode(message: Message, wire: Wire) -> bytes:
    """Write an answer. Answers are small, so JSON may take protobuf's slow way."""
    if wire is Wire.PROTOBUF:
        return message.SerializeToString()
    return orjson.dumps(MessageToDict(message))
