"""Tool spans as thin rows, for joins with requests and for figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from reviewapp.core.bulk import insert_rows
from reviewapp.core.digests import arguments_digest, call_digest
from traces.calls import DIGEST_BYTES
from traces.figures import moment
from traces.models import ToolCall, Trace
from traces.providers.values import is_deep
from traces.spans import PartKind, Span, SpanFacts

_LONGEST_MS = 2**31 - 1
_KEY = ("trace", "span_id")


class CallRow(NamedTuple):
    """A row of ToolCall, in the order of its columns."""

    trace: UUID
    span_id: bytes
    tool: str
    started_at: datetime
    duration_ms: int | None
    failed: bool
    arguments_digest: bytes
    request_id: UUID | None


def tool_call(trace: Trace, span: SpanFacts, sent: str) -> CallRow:
    """Return the row of a tool span; `sent`: its arguments as they came."""
    return CallRow(
        trace=trace.pk,
        span_id=bytes.fromhex(span.span_id),
        tool=span.tool[:200],
        started_at=moment(span.start_ns) if span.start_ns else trace.started_at,
        duration_ms=_duration_ms(span),
        failed=span.failed,
        arguments_digest=digest_of(span.tool, sent),
        request_id=_request_of(span),
    )


def write_calls(calls: Iterable[CallRow], *, settled: bool) -> None:
    """Write rows of tool calls; `settled` ones are of merged spans and replace others.

    A span that comes again changes nothing before its trace is settled.
    """
    distinct = {(call.trace, call.span_id): call for call in calls}
    insert_rows(
        ToolCall,
        CallRow._fields,
        list(distinct.values()),
        unique=_KEY,
        update=[name for name in CallRow._fields if name not in _KEY]
        if settled
        else (),
    )


def sent_arguments(span: Span) -> str:
    return next((p.text for p in span.parts if p.kind is PartKind.TOOL_CALL), "")


def digest_of(tool: str, sent: str) -> bytes:
    """Return `call_digest` of what a request for this call has, cut to half its length.

    Empty where the arguments did not come, are nothing that canonical JSON carries, or
    are nested deeper than can be walked by recursion.
    """
    try:
        arguments: Any = orjson.loads(sent)  # Any: an agent's own JSON
        if is_deep(sent, arguments):
            return b""
        digest = call_digest(arguments_digest(tool, arguments))
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
