"""Issuing, rotating and revoking the keys that agents sign in with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.authentication import (
    AGENT_PREFIX,
    SHOWN_CHARACTERS,
    new_secret,
    secret_digest,
)
from reviewapp.core.events import record_event
from reviewapp.core.problems import AlreadyHandled, Conflict, Invalid
from systems.models import Key, KeyState, Scope, System
from systems.rules import (
    USE_NOTED_EVERY,
    end_of_overlap,
    expiry_of_successor,
    is_printable,
)
from systems.services.systems import check_in_service

_LABEL_LENGTH = 120
OVERLAP = timedelta(hours=1)
LONGEST_OVERLAP = timedelta(days=30)


@transaction.atomic
def issue_key(
    system: System,
    *,
    scopes: Iterable[str],
    actor: Actor,
    label: str = "",
    expires_at: datetime | None = None,
) -> tuple[Key, str]:
    """Make a key for a system; return it with its secret, which is shown only now.

    Raises Invalid for an unknown or missing scope, an unprintable label or an expiry
    in the past, and Conflict("system_retired").
    """
    now = timezone.now()
    held = _check_key(scopes, label, expires_at, now)
    check_in_service(system)
    key, secret = _make_key(system, held, label.strip(), expires_at, actor)
    _record("key.issued", key, actor, expires_at=expires_at and expires_at.isoformat())
    return key, secret


@transaction.atomic
def rotate_key(
    key: Key, *, actor: Actor, overlap: timedelta = OVERLAP
) -> tuple[Key, str]:
    """Put a new key in the place of one; both work until the overlap has passed.

    The new key has the same scopes and label, and as long a life as the old one was
    given. Raises Invalid for an overlap out of range, Conflict("key_not_valid") for a
    key that is revoked or expired, and AlreadyHandled for one already replaced.
    """
    now = timezone.now()
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise Invalid({"overlap": ["An overlap is between 0 and 30 days."]})
    check_in_service(key.system)
    if key.state_at(now) is not KeyState.VALID:
        raise Conflict("key_not_valid", f"Key {key} is {key.state_at(now).value}.")
    expires_at = expiry_of_successor(key.created_at, key.expires_at, now)
    successor, secret = _make_key(key.system, key.scopes, key.label, expires_at, actor)
    last_moment = end_of_overlap(key.expires_at, now, overlap)
    # Two rotations at once would leave two successors, one of them unknown to its
    # owner: the second finds no row and takes its own new key back with it.
    moved = Key.objects.filter(pk=key.pk, replaced_by=None, revoked_at=None).update(
        replaced_by=successor, expires_at=last_moment
    )
    if moved != 1:
        raise AlreadyHandled(f"Key {key} was rotated or revoked by somebody else.")
    _record(
        "key.rotated",
        key,
        actor,
        successor=str(successor.pk),
        works_until=last_moment.isoformat(),
    )
    return successor, secret


@transaction.atomic
def revoke_key(key: Key, *, actor: Actor) -> Key:
    """Stop a key at once and for good. Raises AlreadyHandled for a revoked one."""
    now = timezone.now()
    revoked = Key.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    if revoked != 1:
        raise AlreadyHandled(f"Key {key} is revoked already.")
    _record("key.revoked", key, actor)
    key.refresh_from_db()
    return key


def note_key_use(key: Key, now: datetime) -> None:
    """Write down that a key is in use: at most once a minute, and no event of its own.

    The condition is repeated in the statement so that a hundred calls in the same
    second write one row once.
    """
    due = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    Key.objects.filter(due, pk=key.pk).update(last_used_at=now)


def _make_key(
    system: System,
    scopes: list[str],
    label: str,
    expires_at: datetime | None,
    actor: Actor,
) -> tuple[Key, str]:
    secret = new_secret(AGENT_PREFIX)
    key = Key.objects.create(
        system=system,
        prefix=secret[:SHOWN_CHARACTERS],
        secret_digest=secret_digest(secret),
        scopes=scopes,
        label=label,
        issued_by_id=actor.person_id,
        expires_at=expires_at,
    )
    return key, secret


def _check_key(
    scopes: Iterable[str], label: str, expires_at: datetime | None, now: datetime
) -> list[str]:
    """Return the scopes in their fixed order, or raise Invalid naming what is wrong."""
    asked = set(scopes)
    errors: dict[str, list[str]] = {}
    if not asked or not asked <= set(Scope.values):
        errors["scopes"] = [f"Choose among {', '.join(Scope.values)}."]
    if len(label) > _LABEL_LENGTH or not is_printable(label):
        errors["label"] = ["A label is one printable line of up to 120 characters."]
    if expires_at is not None and expires_at <= now:
        errors["expires_at"] = ["This time has passed."]
    if errors:
        raise Invalid(errors)
    return [scope for scope in Scope.values if scope in asked]


def _record(verb: str, key: Key, actor: Actor, **facts: object) -> None:
    record_event(
        verb,
        key,
        actor=actor,
        facts={
            "system": str(key.system_id),
            "prefix": key.prefix,
            "scopes": key.scopes,
            **facts,
        },
    )
