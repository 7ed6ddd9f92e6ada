"""Explanations tell what was said: their words go when dialogue of that age goes."""

from __future__ import annotations

from django.db import transaction

from reviewapp.core.events import record_event
from systems.models import System
from traces.models import Explanation
from traces.retention import Kept
from traces.selectors.keeping import preserved
from traces.services.expiring_words import SWEEPER, Sweep
from traces.services.preservations import lock_preservations

_BATCH = 200


@transaction.atomic
def expire_explanations(sweep: Sweep, system: System) -> int:
    """Take the words out of some explanations; return of how many."""
    lock_preservations()
    due = Explanation.objects.filter(
        ~preserved("trace__"),
        trace__system=system,
        trace__last_arrival_at__lt=sweep.cutoff(Kept.DIALOGUE, system),
    ).exclude(sealed=b"")
    gone = list(due.order_by("saved_at").values_list("pk", flat=True)[:_BATCH])
    if not gone:
        return 0
    facts = {
        "system": str(system.pk),
        "explanations": len(gone),
        "days": sweep.retention.days(Kept.DIALOGUE, system.pk),
    }
    record_event("explanations.expired", system, actor=SWEEPER, facts=facts)
    rows = Explanation.objects.filter(pk__in=gone)
    rows.update(sealed=b"", note_sealed=None)
    return len(gone)
