"""What is past its time goes: words by class, references, structure, dead letters.

Each round chooses some rows and writes the event that says so in one short transaction;
keys and rows follow. Killed in between it begins the round again, and the log says
twice what then goes once: better than words that went in silence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from reviewapp.core.events import record_event
from systems.models import System
from traces.models import (
    Feedback,
    KeepReason,
    Preservation,
    Quarantined,
    Segment,
    Tombstone,
    ToolCall,
    Trace,
)
from traces.retention import WORD_KINDS, Gone, Kept
from traces.selectors.keeping import preserved, retention_now
from traces.services.erasing import (
    begin_erasing,
    finish_dead_letters,
    finish_erasing,
    finish_what_was_begun,
)
from traces.services.expiring_explanations import expire_explanations
from traces.services.expiring_feedback import (
    delete_feedback,
    expire_comments,
    expire_feedback,
)
from traces.services.expiring_words import (
    SWEEPER,
    Sweep,
    expire_references,
    expire_words,
)
from traces.services.preservations import lock_preservations

_TRACES = 200


def sweep_retention(seconds: float) -> dict[str, int]:
    """Let go what is past its time, for so many seconds; return how much of each.

    Finds its work from the tables, so it may be killed, and run twice.
    """
    now = timezone.now()
    gone = {"finished": finish_what_was_begun(now)}
    sweep = Sweep(retention_now(), now, time.monotonic() + seconds)
    for system in System.objects.order_by("pk"):
        for kind in WORD_KINDS:
            _add(gone, "words", _repeat(expire_words, sweep, system, kind))
        _add(gone, "references", _repeat(expire_references, sweep, system))
        _add(gone, "explanations", _repeat(expire_explanations, sweep, system))
        _add(gone, "comments", _repeat(expire_comments, sweep, system))
        _add(gone, "traces", _repeat(_expire_structure, sweep, system))
        _add(gone, "feedback", _repeat(expire_feedback, sweep, system))
        _add(gone, "dead_letters", _repeat(_expire_dead_letters, sweep, system))
    return gone


def _add(gone: dict[str, int], what: str, count: int) -> None:
    gone[what] = gone.get(what, 0) + count


# Any: what a round takes beside the run.
def _repeat(round_: Callable[..., int], sweep: Sweep, *about: Any) -> int:
    """Repeat a round until it finds nothing more, or the time is over."""
    total = 0
    while time.monotonic() < sweep.until:
        went = round_(sweep, *about)
        total += went
        if not went:
            break
    return total


# Structure ------------------------------------------------------------------------


def _expire_structure(sweep: Sweep, system: System) -> int:
    with transaction.atomic():
        lock_preservations()
        cutoff = sweep.cutoff(Kept.STRUCTURE, system)
        # Agents say when a run started; an import of an old one came lately.
        due = Trace.objects.filter(
            ~preserved(),
            system=system,
            started_at__lt=cutoff,
            last_arrival_at__lt=cutoff,
        ).order_by("started_at")
        traces = list(due[:_TRACES])
        if not traces:
            return 0
        keys = [trace.pk for trace in traces]
        begin_erasing(keys, Gone.RETENTION, sweep.now)
        facts = {
            "system": str(system.pk),
            "days": sweep.retention.days(Kept.STRUCTURE, system.pk),
            "traces": len(traces),
            "spans": sum(trace.spans for trace in traces),
        }
        record_event("structure.expired", system, actor=SWEEPER, facts=facts)
    finish_erasing(keys, sweep.now)
    judged = Feedback.objects.filter(trace_key__in=keys)
    delete_feedback(list(judged.values_list("pk", flat=True)), sweep.now)
    _bury(traces, sweep.now)
    return len(traces)


@transaction.atomic
def _bury(traces: Collection[Trace], now: datetime) -> None:
    """Leave a tombstone for each, and nothing else."""
    keys = [trace.pk for trace in traces]
    Tombstone.objects.bulk_create(
        [
            Tombstone(
                id=trace.pk,
                system_id=trace.system_id,
                trace_id=trace.trace_id,
                spans=trace.spans,
                started_at=trace.started_at,
                why=Gone.RETENTION,
                buried_at=now,
            )
            for trace in traces
        ],
        ignore_conflicts=True,
    )
    ToolCall.objects.filter(trace__in=keys).delete()
    Segment.objects.filter(trace__in=keys).delete()
    KeepReason.objects.filter(trace_key__in=keys).delete()
    Trace.objects.filter(pk__in=keys).delete()


# Dead letters ---------------------------------------------------------------------


def _expire_dead_letters(sweep: Sweep, system: System) -> int:
    with transaction.atomic():
        lock_preservations()
        if Preservation.objects.standing().filter(system=system).exists():
            return 0
        cutoff = sweep.cutoff(Kept.DEAD_LETTERS, system)
        due = Quarantined.objects.filter(
            system=system,
            dropped_at=None,
            replayed_at=None,
            quarantined_at__lt=cutoff,
        ).order_by("quarantined_at")
        held = Trace.objects.filter(preserved(), system=system).values("trace_id")
        unheld = due.exclude(trace_id__in=held)
        letters = list(unheld.values_list("pk", flat=True)[:_TRACES])
        if not letters:
            return 0
        size = Quarantined.objects.filter(pk__in=letters).aggregate(all=Sum("size"))
        facts = {
            "system": str(system.pk),
            "days": sweep.retention.days(Kept.DEAD_LETTERS, system.pk),
            "rows": len(letters),
            "bytes": size["all"],
        }
        record_event("dead_letters.expired", system, actor=SWEEPER, facts=facts)
    finish_dead_letters(letters, sweep.now)
    return len(letters)
