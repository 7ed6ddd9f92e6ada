"""Comments of feedback go with dialogue of their age, feedback with structure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from reviewapp.core.events import record_event
from systems.models import System
from traces.models import Feedback, FeedbackQuerySet, Preservation, Trace
from traces.retention import Kept
from traces.selectors.keeping import preserved
from traces.services.expiring_words import SWEEPER, Sweep
from traces.services.feedback import empty_comments
from traces.services.preservations import lock_preservations

_BATCH = 500


def expire_comments(sweep: Sweep, system: System) -> int:
    """Take the words out of some feedback; return of how much."""
    due = Feedback.objects.filter(comment_sealed__isnull=False)
    gone = _choose(due, sweep, system, Kept.DIALOGUE, "comments.expired")
    empty_comments(gone, sweep.now)
    return len(gone)


def expire_feedback(sweep: Sweep, system: System) -> int:
    """Let go some feedback that is as old as structure may be; return how much.

    Its comment went long before, unless dialogue is kept as long.
    """
    gone = _choose(
        Feedback.objects.all(), sweep, system, Kept.STRUCTURE, "feedback.expired"
    )
    delete_feedback(gone, sweep.now)
    return len(gone)


def delete_feedback(rows: Collection[UUID], now: datetime) -> None:
    """Delete feedback, keys first; whoever calls this has recorded the event."""
    empty_comments(rows, now)
    Feedback.objects.filter(pk__in=rows).delete()


@transaction.atomic
def _choose(
    feedback: FeedbackQuerySet, sweep: Sweep, system: System, kind: Kept, verb: str
) -> list[UUID]:
    lock_preservations()
    due = feedback.filter(
        ~_held(), system=system, given_at__lt=sweep.cutoff(kind, system)
    )
    gone = list(due.order_by("given_at").values_list("pk", flat=True)[:_BATCH])
    if gone:
        facts = {
            "system": str(system.pk),
            "rows": len(gone),
            "days": sweep.retention.days(kind, system.pk),
        }
        record_event(verb, system, actor=SWEEPER, facts=facts)
    return gone


def _held() -> Q:
    """Held by its system, by what it names, or with the trace that it names."""
    traces = Trace.objects.filter(preserved(), pk=OuterRef("trace_key"))
    holds = Preservation.objects.standing().filter(
        Q(system=OuterRef("system"))
        | Q(trace_key=OuterRef("trace_key"))
        | Q(scope="conversation", digest=OuterRef("conversation_digest"))
        | Q(scope="subject", digest=OuterRef("subject_digest"))
    )
    return Q(Exists(holds)) | Q(Exists(traces))
