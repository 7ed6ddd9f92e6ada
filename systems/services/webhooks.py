"""Rotating the secret that signs a system's callbacks."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from systems.models import System


@transaction.atomic
def rotate_webhook_secret(system: System, *, actor: Actor) -> System:
    """Let a new secret sign; the old one signs along for a day."""
    System.objects.filter(pk=system.pk).update(
        webhook_generation=F("webhook_generation") + 1,
        webhook_rotated_at=timezone.now(),
    )
    system.refresh_from_db()
    facts = {"system": str(system.pk), "generation": system.webhook_generation}
    record_event("webhook_secret.rotated", system, actor=actor, facts=facts)
    return system
