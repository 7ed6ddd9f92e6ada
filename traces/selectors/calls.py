"""Tool calls that ran, for whoever gave leave for one and asks what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from traces.calls import Call, Found, Sought, match_calls
from traces.models import ToolCall, Trace

_MOST = 500


def trace_key_of(system_id: UUID, trace_id: str) -> UUID | None:
    """Return the key of a system's trace by the id that OTLP has, in hex, if it is one.

    Whether the trace has come is another question.
    """
    try:
        told = bytes.fromhex(trace_id)
    except ValueError:
        return None
    return Trace.key_of(system_id, told) if len(told) == 16 else None


def find_calls(sought: Sequence[Sought]) -> list[Found]:
    """Return for each of those sought the calls that fit it best. At most one query."""
    fits = list(_fits(sought))
    if not fits:
        return match_calls(sought, ())
    rows = ToolCall.objects.filter(reduce(or_, fits)).select_related("trace")
    return match_calls(sought, map(_call, rows.order_by("started_at")[:_MOST]))


def _fits(sought: Iterable[Sought]) -> Iterator[Q]:
    named: dict[UUID, set[UUID]] = defaultdict(set)
    runs: dict[UUID, set[str]] = defaultdict(set)
    for one in sought:
        if one.ids:
            named[one.system_id] |= one.ids
        if one.trace_key:
            runs[one.trace_key].add(one.tool)
    for system_id, ids in named.items():
        yield Q(trace__system=system_id, request_id__in=ids)
    for key, tools in runs.items():
        yield Q(trace=key, tool__in=tools)


def _call(row: ToolCall) -> Call:
    return Call(
        system_id=row.trace.system_id,
        trace_key=row.trace_id,
        span_id=bytes(row.span_id).hex(),
        request_id=row.request_id,
        tool=row.tool,
        started_at=row.started_at,
        duration_ms=row.duration_ms,
        failed=row.failed,
        digest=bytes(row.arguments_digest).hex(),
    )
