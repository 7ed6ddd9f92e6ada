"""Labels: the cap that one trace has beyond those of its system."""

from __future__ import annotations

from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from traces.models import Trace


@transaction.atomic
def label_trace(trace: Trace, tier: int | None, *, actor: Actor) -> Trace:
    """Settle the highest tier by which anybody reads a trace; None caps nothing.

    Break-glass alone goes beyond. Without a difference, do nothing.
    """
    changed = Trace.objects.select_for_update().get(pk=trace.pk)
    before = changed.label_tier
    if before == tier:
        return changed
    changed.label_tier = tier
    changed.save(update_fields=["label_tier"])
    facts = {"system": str(trace.system_id), "before": before, "after": tier}
    record_event("trace.labelled", changed, actor=actor, facts=facts)
    return changed
