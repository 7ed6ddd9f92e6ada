"""Words of a class that are past their time, and references, which are words too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from systems.models import System
from traces.models import Segment, Trace, Words
from traces.retention import Gone, Kept, Retention
from traces.selectors.keeping import preserved
from traces.services.erasing import begin_erasing, finish_erasing
from traces.services.preservations import lock_preservations

SWEEPER = Actor.of_process("retention sweep")
_WORDS, _TRACES = 2000, 200
# A run that was quiet so long is over: no words of it are still to come, so that its
# key is not needed any more once those it has are gone.
_OVER_AFTER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One run of the sweep: what holds now, and until when (monotonic) it may go on."""

    retention: Retention
    now: datetime
    until: float

    def cutoff(self, kind: Kept, system: System) -> datetime:
        return self.retention.cutoff(kind, system.pk, self.now)


def expire_words(sweep: Sweep, system: System, kind: Kept) -> int:
    """Let go some words of a class of a system; return how many rows."""
    with transaction.atomic():
        lock_preservations()
        cutoff = sweep.cutoff(kind, system)
        due = list(
            _words_before(cutoff, system, kind).values_list(
                "segment", "segment__trace_id", "size"
            )[:_WORDS]
        )
        if not due:
            return 0
        segments, traces = [row[0] for row in due], {row[1] for row in due}
        going = Q(words=kind, segment__in=segments)
        emptied = _left_empty(traces, going, sweep, system)
        begin_erasing(emptied, Gone.RETENTION, sweep.now)
        facts = {
            "system": str(system.pk),
            "class": kind,
            "days": sweep.retention.days(kind, system.pk),
            "rows": len(due),
            "bytes": sum(size for _, _, size in due),
            "traces": len(traces),
            "keys": len(emptied),
        }
        record_event("words.expired", system, actor=SWEEPER, facts=facts)
    finish_erasing(emptied, sweep.now)
    Words.objects.filter(going).delete()
    return len(due)


def _words_before(cutoff: datetime, system: System, kind: Kept) -> QuerySet[Words]:
    """Oldest first. That no later segment is looked at keeps it off the whole table."""
    last = Segment.objects.filter(received_at__lt=cutoff).order_by("-received_at")
    return Words.objects.filter(
        ~preserved("segment__trace__"),
        words=kind,
        segment__lte=last.values("pk")[:1],
        segment__received_at__lt=cutoff,
        segment__trace__system=system,
    ).order_by("segment")


def _left_empty(
    traces: Collection[UUID], going: Q, sweep: Sweep, system: System
) -> list[UUID]:
    """Return the traces whose key nothing needs once these words are gone."""
    others = Words.objects.filter(segment__trace__in=traces).exclude(going)
    over = Trace.objects.filter(
        Q(references_sealed=None)
        | Q(last_arrival_at__lt=sweep.cutoff(Kept.DIALOGUE, system)),
        pk__in=traces,
        last_arrival_at__lt=sweep.now - _OVER_AFTER,
    )
    kept = set(others.values_list("segment__trace_id", flat=True))
    return [pk for pk in over.values_list("pk", flat=True) if pk not in kept]


def expire_references(sweep: Sweep, system: System) -> int:
    """Let go who some traces were about, which is kept as long as dialogue."""
    with transaction.atomic():
        lock_preservations()
        due = Trace.objects.filter(
            ~preserved(),
            system=system,
            references_sealed__isnull=False,
            last_arrival_at__lt=sweep.cutoff(Kept.DIALOGUE, system),
        ).order_by("last_arrival_at")
        traces = list(due.values_list("pk", flat=True)[:_TRACES])
        if not traces:
            return 0
        emptied = _left_empty(traces, Q(segment=None), sweep, system)
        begin_erasing(emptied, Gone.RETENTION, sweep.now)
        facts = {
            "system": str(system.pk),
            "traces": len(traces),
            "keys": len(emptied),
            "days": sweep.retention.days(Kept.DIALOGUE, system.pk),
        }
        record_event("references.expired", system, actor=SWEEPER, facts=facts)
    finish_erasing(emptied, sweep.now)
    Trace.objects.filter(pk__in=traces).update(references_sealed=None)
    return len(traces)
