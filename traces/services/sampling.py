"""Sampling: of ordinary runs a share keeps its words, of the others all do.

All structure is kept. Whether a run was ordinary shows late, so it is decided fourteen
days after the run was over, and the probability is recorded beside the trace: figures
over kept runs can be weighted back.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Q
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from traces.models import (
    Feedback,
    Keeping,
    KeepReason,
    KeepShare,
    ToolCall,
    Trace,
)
from traces.retention import SAMPLED_AFTER, Gone, is_in_share
from traces.selectors.keeping import preserved, shares_by_system
from traces.services.erasing import begin_erasing, finish_erasing
from traces.services.preservations import lock_preservations

_ACTOR = Actor.of_process("sampling sweep")
_TRACES = 500
_CERTAIN = 1.0


def sweep_sampling(seconds: float) -> int:
    """Decide about runs that are long over, for so many seconds; return how many.

    May be killed, and run twice: what is decided is not decided again.
    """
    now, until, decided = timezone.now(), time.monotonic() + seconds, 0
    for share, ended_at in _shares_that_drop():
        while time.monotonic() < until:
            some = _decide_some(share, ended_at, now)
            decided += some
            if not some:
                break
    return decided


def _shares_that_drop() -> Iterator[tuple[KeepShare, datetime | None]]:
    """Yield each share below all, and when the next one took its place."""
    for shares in shares_by_system().values():
        for share, later in zip(shares, [*shares[1:], None], strict=True):
            if share.share < _CERTAIN:
                yield share, later.from_at if later else None


def _decide_some(share: KeepShare, ended_at: datetime | None, now: datetime) -> int:
    with transaction.atomic():
        lock_preservations()
        traces = _undecided(share, ended_at, now)
        if not traces:
            return 0
        always = _always_kept(traces)
        ordinary = [trace for trace in traces if trace.pk not in always]
        dropped = [
            trace.pk
            for trace in ordinary
            if not is_in_share(trace.trace_id, share.share)
        ]
        _record_shares(traces, always, share.share, now)
        begin_erasing(dropped, Gone.SAMPLING, now)
        facts = {
            "system": str(share.system_id),
            "share": share.share,
            "runs": len(traces),
            "always_kept": len(always),
            "dropped": len(dropped),
        }
        record_event("words.sampled", share.system, actor=_ACTOR, facts=facts)
    finish_erasing(dropped, now)
    return len(traces)


def _undecided(
    share: KeepShare, ended_at: datetime | None, now: datetime
) -> list[Trace]:
    due = Trace.objects.filter(
        ~preserved(),
        Q(keeping=None) | Q(keeping__sampled_at=None, keeping__words_gone_at=None),
        system=share.system_id,
        started_at__gte=share.from_at,
        quiet_at__lt=now - SAMPLED_AFTER,
        dirty_since=None,
    )
    if ended_at is not None:
        due = due.filter(started_at__lt=ended_at)
    return list(
        due.order_by("started_at").only("trace_id", "failed", "errors")[:_TRACES]
    )


def _always_kept(traces: Sequence[Trace]) -> set[UUID]:
    """Return those with an error, feedback, a request, or a reason somebody gave."""
    keys = [trace.pk for trace in traces]
    asked = KeepReason.objects.filter(trace_key__in=keys)
    judged = Trace.objects.filter(Exists(Feedback.objects.on_outer()), pk__in=keys)
    requests = ToolCall.objects.filter(trace__in=keys, request_id__isnull=False)
    return {
        *(trace.pk for trace in traces if trace.failed or trace.errors),
        *asked.values_list("trace_key", flat=True),
        *judged.values_list("pk", flat=True),
        *requests.values_list("trace_id", flat=True),
    }


def _record_shares(
    traces: Sequence[Trace], always: Collection[UUID], share: float, now: datetime
) -> None:
    Keeping.objects.bulk_create(
        [
            Keeping(
                trace=trace,
                share=_CERTAIN if trace.pk in always else share,
                sampled_at=now,
            )
            for trace in traces
        ],
        update_conflicts=True,
        unique_fields=["trace"],
        update_fields=["share", "sampled_at"],
    )
