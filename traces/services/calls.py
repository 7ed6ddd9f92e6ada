"""Tool spans as thin rows, for joins with requests and for figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson

from reviewapp.core.digests import arguments_digest
from traces.figures import moment
from traces.models import ToolCall, Trace
from traces.spans import PartKind, Span, SpanFacts

DIGEST_BYTES = 16
_LONGEST_MS = 2**31 - 1


def tool_call(trace: Trace, span: SpanFacts, sent: str) -> ToolCall:
    """Return the row of a tool span; `sent`: its arguments as they came."""
    return ToolCall(
        trace=trace,
        span_id=bytes.fromhex(span.span_id),
        tool=span.tool[:200],
        started_at=moment(span.start_ns) if span.start_ns else trace.started_at,
        duration_ms=_duration_ms(span),
        failed=span.failed,
        arguments_digest=digest_of(span.tool, sent),
        request_id=_request_of(span),
    )


def sent_arguments(span: Span) -> str:
    return next((p.text for p in span.parts if p.kind is PartKind.TOOL_CALL), "")


def digest_of(tool: str, sent: str) -> bytes:
    """Return the digest that a request for this call has, cut to half its length.

    Empty where the arguments did not come, or are nothing that canonical JSON carries.
    """
    try:
        arguments: Any = orjson.loads(sent)  # Any: an agent's own JSON
        digest = arguments_digest(tool, arguments)
    except ValueError:
        return b""
    return bytes.fromhex(digest)[:DIGEST_BYTES]


def _duration_ms(span: SpanFacts) -> int | None:
    if not span.end_ns:
        return None
    return min((span.end_ns - span.start_ns) // 1_000_000, _LONGEST_MS)


def _request_of(span: SpanFacts) -> UUID | None:
    try:
        return UUID(span.request_id)
    except ValueError:
        return None
