"""Settling: what several batches brought for one trace is counted as one.

Finds its work from the table, so a lost message loses nothing, and may run twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import Error as DatabaseProblem
from django.db import transaction
from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    Value,
    When,
)
from django.db.models.functions import Least
from django.utils import timezone

from reviewapp.core.words import WordsGone
from traces.figures import TraceFigures, figures_of, quiet_after
from traces.models import Trace
from traces.selectors.reading import (
    MOST_SPANS,
    Place,
    place_of,
    read_shape,
    read_words,
)
from traces.services.calls import CallRow, tool_call, write_calls
from traces.spans import Kind, PartKind, PartShape, SpanShape
from traces.tiers import Clarity
from traces.trees import TraceShape

# Batches of one run come in bursts: counting waits for the end of one, not for ever.
_SETTLES_AFTER = timedelta(seconds=1)
_AT_LATEST_AFTER = timedelta(seconds=5)
# Counting reads the whole run again, some 20 µs a span: a run that never ends must not
# take up more than a tenth of a process.
_LONGER_BY_SPAN = timedelta(microseconds=200)
# A trace that cannot be counted now keeps no other from being.
_AGAIN_AFTER = timedelta(minutes=10)
_TRACES = 200
log = structlog.get_logger(__name__)


def settle_traces() -> int:
    """Count anew what has changed; return how many traces were."""
    now = timezone.now()
    longer = ExpressionWrapper(
        Least("spans", MOST_SPANS) * Value(_LONGER_BY_SPAN),
        output_field=DurationField(),
    )
    due = Trace.objects.alias(dirty_until=F("dirty_since") + longer).filter(
        Q(last_arrival_at__lte=now - _SETTLES_AFTER)
        | Q(dirty_since__lte=now - _AT_LATEST_AFTER),
        # The first of the two is what the index serves.
        dirty_since__lte=now - _SETTLES_AFTER,
        dirty_until__lte=now - _SETTLES_AFTER,
    )
    pks = due.order_by("dirty_since").values_list("pk", flat=True)[:_TRACES]
    return sum(_settle_or_put_off(pk) for pk in list(pks))


def _settle_or_put_off(pk: UUID) -> bool:
    """Settle one trace; where that fails, the others still have their turn."""
    try:
        return settle_trace(pk)
    except Exception as problem:
        if isinstance(problem, DatabaseProblem):
            raise
        log.warning("settle.failed", trace=str(pk), error=type(problem).__name__)
        again_at = timezone.now() + _AGAIN_AFTER
        Trace.objects.filter(pk=pk).update(dirty_since=again_at)
        if isinstance(problem, SoftTimeLimitExceeded | MemoryError):
            raise
        return False


def settle_trace(pk: UUID) -> bool:
    """Bring the row and the tool calls of one trace up to its merged spans.

    Reading happens first, outside of a transaction; a segment that comes meanwhile
    leaves the trace marked, and it is counted once more. Of two who settle the same
    trace the one that read less changes nothing.
    """
    trace = Trace.objects.filter(pk=pk, dirty_since__isnull=False).first()
    if trace is None:
        return False
    shape = read_shape(trace)
    figures = figures_of(shape)
    calls = _calls_of(trace, shape)
    with transaction.atomic():
        if not _write_figures(trace, figures):
            return False
        write_calls(calls, settled=True)
    return True


def _write_figures(trace: Trace, figures: TraceFigures) -> bool:
    """Write what was counted, unless somebody has since counted as much or more."""
    standing = Trace.objects.filter(
        pk=trace.pk, revision=trace.revision, dirty_since__isnull=False
    )
    # Only what was read is settled: a segment that came since keeps the mark.
    is_settled = When(arrivals=trace.arrivals, then=Value(None))
    changed = standing.update(
        revision=F("revision") + 1,
        dirty_since=Case(is_settled, default=F("dirty_since")),
        quiet_at=quiet_after(figures.whole, trace.last_arrival_at),
        **figures.columns(trace.first_seen_at),
    )
    return changed == 1


def _calls_of(trace: Trace, shape: TraceShape) -> list[CallRow]:
    spans = [span for span in shape.spans if span.kind is Kind.TOOL]
    sent = {span.span_id: part for span in spans if (part := _sent(span))}
    texts = _arguments(trace, shape, sent.values())
    return [
        tool_call(trace, span, texts.get(place_of(sent[span.span_id]), ""))
        if span.span_id in sent
        else tool_call(trace, span, "")
        for span in spans
    ]


def _sent(span: SpanShape) -> PartShape | None:
    return next((p for p in span.parts if p.kind is PartKind.TOOL_CALL), None)


def _arguments(
    trace: Trace, shape: TraceShape, parts: Iterable[PartShape]
) -> dict[Place, str]:
    """Return the arguments as they were sent; none once the key is gone."""
    try:
        return read_words(trace, shape, parts, lambda _: Clarity.CLEAR)
    except WordsGone:
        return {}
