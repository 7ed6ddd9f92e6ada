"""Bodies as exporters send them, and ways to spoil them."""

from __future__ import annotations

import random
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.logs.v1.logs_pb2 import LogRecord
from opentelemetry.proto.trace.v1.trace_pb2 import Span

NOON_NS = 1_795_176_000_000_000_000
TRACE_ID = bytes(range(1, 17))


def value(thing: Any) -> AnyValue:
    if isinstance(thing, bool):
        return AnyValue(bool_value=thing)
    if isinstance(thing, int):
        return AnyValue(int_value=thing)
    if isinstance(thing, float):
        return AnyValue(double_value=thing)
    if isinstance(thing, bytes):
        return AnyValue(bytes_value=thing)
    holder = AnyValue()
    if isinstance(thing, list):
        holder.array_value.SetInParent()
        holder.array_value.values.extend(map(value, thing))
    elif isinstance(thing, dict):
        holder.kvlist_value.SetInParent()
        holder.kvlist_value.values.extend(pairs(thing))
    else:
        holder.string_value = thing
    return holder


def pairs(attributes: dict[str, Any]) -> list[KeyValue]:
    return [KeyValue(key=key, value=value(thing)) for key, thing in attributes.items()]


def span(number: int = 1, attributes: dict[str, Any] | None = None, **fields: Any):
    about = {
        "trace_id": TRACE_ID,
        "span_id": number.to_bytes(8, "big"),
        "name": f"chat {number}",
        "kind": 3,
        "start_time_unix_nano": NOON_NS,
        "end_time_unix_nano": NOON_NS + 1_000_000,
        "attributes": pairs(attributes or {"gen_ai.operation.name": "chat"}),
        **fields,
    }
    return Span(**about)


def traces_of(*spans: Span) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.extend(pairs({"service.name": "refunds"}))
    scope = group.scope_spans.add()
    scope.scope.name, scope.scope.version = "probe", "1.2"
    scope.spans.extend(spans)
    return request


def record(name: str, attributes: dict[str, Any] | None = None, **fields: Any):
    about = {
        "trace_id": TRACE_ID,
        "span_id": (1).to_bytes(8, "big"),
        "time_unix_nano": NOON_NS,
        "event_name": name,
        "attributes": pairs(attributes or {}),
        **fields,
    }
    return LogRecord(**about)


def logs_of(*records: LogRecord) -> ExportLogsServiceRequest:
    request = ExportLogsServiceRequest()
    group = request.resource_logs.add()
    group.resource.attributes.extend(pairs({"service.name": "refunds"}))
    group.scope_logs.add().log_records.extend(records)
    return request


def as_json(request: Any) -> dict[str, Any]:
    """A request as OTLP/JSON: protobuf's own, but for ids and enums."""
    body = MessageToDict(request, use_integers_for_enums=True)
    _mend_ids(body)
    return body


def _mend_ids(node: Any) -> None:
    import base64

    if isinstance(node, list):
        for one in node:
            _mend_ids(one)
    elif isinstance(node, dict):
        for name, inner in node.items():
            if name in ("traceId", "spanId", "parentSpanId"):
                node[name] = base64.b64decode(inner).hex()
            else:
                _mend_ids(inner)


def genai_span(rng: random.Random, number: int) -> Span:
    """2.9 kB in the shape of a model's call: messages in and out, one reasoned."""
    words = ("refund", "customer", "order", "policy", "check", "the", "to", "should")

    def text(count: int) -> str:
        return " ".join(rng.choices(words, k=count))

    return span(
        number,
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "anthropic",
            "gen_ai.request.model": "claude-sonnet-4-5",
            "gen_ai.response.model": "claude-sonnet-4-5-20250929",
            "gen_ai.usage.input_tokens": rng.randint(500, 9000),
            "gen_ai.usage.output_tokens": rng.randint(50, 900),
            "gen_ai.response.finish_reasons": ["tool_call"],
            "gen_ai.input.messages": text(140),
            "gen_ai.output.messages": text(290),
        },
    )
