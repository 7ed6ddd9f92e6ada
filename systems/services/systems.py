"""Entering systems in the inventory, changing and retiring them."""

from __future__ import annotations

from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, Invalid
from systems.models import Lifecycle, System
from systems.services.inventory import insert_row, lock_row, update_row

_CODED = ("environment", "lifecycle", "autonomy")


class SystemFields(TypedDict, total=False):
    name: str
    purpose: str
    process_owner: User | None
    vendor: str
    environment: str
    lifecycle: str
    autonomy: str
    allow_callback_hosts: list[str]
    body_limit_bytes: int | None
    arguments_limit_bytes: int | None


@transaction.atomic
def register_system(
    slug: str, *, actor: Actor, **fields: Unpack[SystemFields]
) -> System:
    """Enter a system in the inventory under a slug, which never changes.

    Raises Invalid naming the fields that cannot be taken, a slug in use among them.
    """
    _check_lifecycle(fields)
    system = insert_row(System(slug=slug, **fields))
    facts = {"system": str(system.pk), "slug": slug}
    codes = {name: getattr(system, name) for name in _CODED}
    record_event("system.registered", system, actor=actor, facts=facts | codes)
    return system


@transaction.atomic
def change_system(
    system: System, *, actor: Actor, **fields: Unpack[SystemFields]
) -> System:
    """Change what the inventory says of a system; without a difference, do nothing.

    Raises Invalid by field and Conflict("system_retired").
    """
    _check_lifecycle(fields)
    system = lock_row(system)
    check_in_service(system)
    change = update_row(system, fields)
    if change is None:
        return system
    facts = {"system": str(system.pk), **change.facts(_CODED)}
    record_event("system.changed", system, actor=actor, facts=facts)
    return change.row


@transaction.atomic
def retire_system(system: System, *, actor: Actor) -> System:
    """Take a system out of service for good: its keys open nothing from now on.

    The row, its tools and its past stay. Raises AlreadyHandled for a retired one.
    """
    retired = (
        System.objects.filter(pk=system.pk)
        .exclude(lifecycle=Lifecycle.RETIRED)
        .update(lifecycle=Lifecycle.RETIRED)
    )
    if retired != 1:
        raise AlreadyHandled(f"{system} is retired already.")
    facts = {"system": str(system.pk)}
    record_event("system.retired", system, actor=actor, facts=facts)
    system.refresh_from_db()
    return system


@transaction.atomic
def sign_off_system(system: System, *, person: User, actor: Actor) -> System:
    """The process owner signs what stands in the inventory today.

    What is added from then on is named until they sign again. Raises Forbidden
    (`not_the_owner`) for anybody else.
    """
    check_in_service(system)
    if system.process_owner_id != person.pk:
        raise Forbidden("not_the_owner", "Only its process owner signs a system off.")
    system.signed_off_at, system.signed_off_by = timezone.now(), person
    system.save(update_fields=["signed_off_at", "signed_off_by"])
    facts = {"system": str(system.pk), "tools": system.tools.count()}
    record_event("system.signed_off", system, actor=actor, facts=facts)
    return system


@transaction.atomic
def cap_words(system: System, tier: int | None, *, actor: Actor) -> System:
    """Settle the highest tier by which anybody reads the words of a system's traces.

    None caps nothing: roles decide. Retired systems are capped too, since their traces
    stay. Without a difference, do nothing.
    """
    system = lock_row(system)
    before = system.words_tier
    if before == tier:
        return system
    system.words_tier = tier
    system.save(update_fields=["words_tier"])
    facts = {"system": str(system.pk), "before": before, "after": tier}
    record_event("system.words_capped", system, actor=actor, facts=facts)
    return system


def check_in_service(system: System) -> None:
    """Raise Conflict("system_retired") for a system that is out of service."""
    if system.is_retired:
        raise Conflict("system_retired", f"{system} is retired and stays as it was.")


def _check_lifecycle(fields: SystemFields) -> None:
    """Retiring is an act of its own, which says what it does and asks first."""
    if fields.get("lifecycle") == Lifecycle.RETIRED:
        raise Invalid({"lifecycle": ["Retire a system by its own action."]})
