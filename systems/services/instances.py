"""The roster of running instances, kept by their heartbeats."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.problems import Conflict
from systems.models import Instance, System
from systems.rules import FORGOTTEN_AFTER

# One row a process: a fleet of thousands fits, a name made up at every call does not.
INSTANCES_LIMIT = 5_000


def record_heartbeat(
    system: System, *, instance: str, version: str, environment: str, actor: Actor
) -> None:
    """Note that an instance is running now.

    A bulk fact, so no event, except for the first sight of an instance. Raises
    Conflict("too_many_instances").
    """
    now = timezone.now()
    known = Instance.objects.filter(system=system, instance=instance).update(
        version=version, environment=environment, last_seen_at=now
    )
    if not known:
        _welcome_instance(system, instance, version, environment, now, actor)


def note_listening(system: System, *, instance: str, actor: Actor) -> None:
    """Note that an instance holds an event stream open: as good as a heartbeat.

    Of one not seen before only the system's own environment is known.
    """
    now = timezone.now()
    known = Instance.objects.filter(system=system, instance=instance)
    if not known.update(last_seen_at=now):
        _welcome_instance(system, instance, "", system.environment, now, actor)


def forget_instances(now: datetime) -> int:
    """Strike instances not seen for long from the roster; return how many.

    Their first sight stays in the log.
    """
    gone, _ = Instance.objects.filter(last_seen_at__lt=now - FORGOTTEN_AFTER).delete()
    return gone


@transaction.atomic
def _welcome_instance(
    system: System,
    instance: str,
    version: str,
    environment: str,
    now: datetime,
    actor: Actor,
) -> None:
    if system.instances.count() >= INSTANCES_LIMIT:
        raise Conflict(
            "too_many_instances",
            f"{system} has {INSTANCES_LIMIT} instances; give each process one name.",
        )
    row, first = Instance.objects.get_or_create(
        system=system,
        instance=instance,
        defaults={
            "version": version,
            "environment": environment,
            "first_seen_at": now,
            "last_seen_at": now,
        },
    )
    if first:
        facts = {
            "system": str(system.pk),
            "instance": instance,
            "version": version,
            "environment": environment,
        }
        record_event("instance.appeared", row, actor=actor, facts=facts)
