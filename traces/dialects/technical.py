"""Attributes that are known to hold no words: dropped, the shape has what counts."""

from __future__ import annotations

PREFIXES = (
    "telemetry.", "server.", "otel.", "network.", "thread.", "code.", "process.",
    "host.", "os.", "container.", "k8s.", "cloud.", "faas.", "logfire.json_schema",
    "logfire.span_type", "logfire.level", "logfire.metrics", "http.status",
    "http.response.status", "http.flavor", "http.request.method", "http.method",
    "rpc.grpc.status", "net.", "gen_ai.usage.details.", "gen_ai.token.", "llm.cost.",
    "gen_ai.aggregated_usage.", "pydantic_ai.cache.", "jsonrpc.", "sentry.",
)  # fmt: skip
KEYS = frozenset(
    {"gen_ai.usage.total_tokens", "llm.usage.total_tokens", "llm.token_count.total",
     "ai.usage.totalTokens", "ai.usage.tokens", "input.mime_type", "output.mime_type",
     "service.instance.id", "service.namespace", "llm.is_streaming", "event.name",
     "gen_ai.output.type", "mcp.protocol.version", "final_result_type"}
)  # fmt: skip


def is_technical(key: str) -> bool:
    """Tell whether an attribute is known to hold no words of anybody."""
    return key.startswith(PREFIXES) or key in KEYS
