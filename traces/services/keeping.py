"""Keeping the words of a trace whatever share of ordinary runs keeps theirs."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from traces.models import KeepReason
from traces.retention import Why


@transaction.atomic
def keep_words(trace_key: UUID, why: Why, *, system: UUID, actor: Actor) -> None:
    """Let no sampling drop the words of a trace. Safe to repeat.

    `trace_key` is what `Trace.key_of` gives: the trace may not have come yet. Retention
    still applies; who must have them longer places a preservation.
    """
    reason, made = KeepReason.objects.get_or_create(
        trace_key=trace_key, why=why, defaults={"at": timezone.now()}
    )
    if made:
        facts = {"trace": str(trace_key), "system": str(system), "why": why}
        record_event("words.kept", reason, actor=actor, facts=facts)
