"""Raises: lifting a person above their roles for a while, for a cause that is told.

Upper floors tell of theirs (a request held, an incident declared); support names its
own. What a raise gives is `traces/tiers.py`'s to say: naming a cause is no right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.digests import reference_digest
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Conflict, Invalid
from reviewapp.core.words import Keyring
from systems.rules import is_printable
from traces.models import TierRaise, Trace
from traces.tiers import RaiseKind, Tier, lifts

# A working day: the ticket is answered by then, or named again.
REFERENCE_RUNS = timedelta(hours=8)
_SHORTEST, LONGEST_REFERENCE = 2, 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Why somebody above asks: `about` is the request or incident, `until` its end.

    The trace is named as the agent named it (32 hex digits): it may not have come yet.
    """

    system_id: UUID
    trace_id: str
    about: UUID
    until: datetime

    @property
    def trace_key(self) -> UUID:
        return Trace.key_of(self.system_id, bytes.fromhex(self.trace_id))


def allow_for_hold(cause: Cause, person: User, *, actor: Actor) -> TierRaise:
    """Let whoever holds a request read its trace as an explanation while they do.

    What runs already is only kept running, which is no event.
    """
    return _allow(cause, person, RaiseKind.HOLD, Tier.EXPLANATION, actor)


def allow_for_incident(cause: Cause, person: User, *, actor: Actor) -> TierRaise:
    """Let a commander read a trace in full inside a declared incident."""
    return _allow(cause, person, RaiseKind.INCIDENT, Tier.FULL, actor)


def keep_for_hold(about: UUID, person: User, until: datetime) -> None:
    """Move the end of a hold's raises with its lease; no event, it is a tick."""
    TierRaise.objects.running(person, timezone.now()).filter(
        about=about, kind=RaiseKind.HOLD
    ).update(until=until)


def end_hold(about: UUID, now: datetime) -> None:
    """End what a hold on a request raised; the end of the hold is the event."""
    TierRaise.objects.filter(about=about, kind=RaiseKind.HOLD, until__gt=now).update(
        until=now
    )


@transaction.atomic
def end_raises(about: UUID, person: User | None = None, *, actor: Actor) -> None:
    """End what runs for a request or incident, of one person or of everybody."""
    now = timezone.now()
    running = TierRaise.objects.select_for_update().filter(about=about, until__gt=now)
    for one in running.filter(person=person) if person else running:
        one.until = now
        one.save(update_fields=["until"])
        record_event("tier.lowered", one, actor=actor, facts=_facts(one))


@transaction.atomic
def name_reference(
    trace: Trace, reference: str, *, person: User, actor: Actor
) -> TierRaise | None:
    """Raise a support agent to explanations of one subject, by a ticket or case.

    Naming it again goes on with the same raise. Returns None where the person's roles
    gain nothing by it. Raises Invalid, and Conflict(`reference_bound`) if the person
    has named the same reference for somebody else before.
    """
    if not lifts(RaiseKind.REFERENCE, person.roles):
        return None
    reference, now = _checked(reference), timezone.now()
    digest = reference_digest("support", reference)
    bound = _binding(person, digest)
    if bound is None:
        bound = _bind(trace, reference, digest, person, now) or _binding(person, digest)
    if bound is None or not bound.covers(trace):
        raise Conflict(
            "reference_bound",
            "You have named this reference for somebody else; one ticket or case is"
            " about one person.",
        )
    bound.until = now + REFERENCE_RUNS
    bound.save(update_fields=["until"])
    record_event("tier.raised", bound, actor=actor, facts=_facts(bound))
    return bound


def _binding(person: User, digest: str) -> TierRaise | None:
    return (
        TierRaise.objects.select_for_update()
        .filter(person=person, kind=RaiseKind.REFERENCE, reference_digest=digest)
        .first()
    )


def _bind(
    trace: Trace, reference: str, digest: str, person: User, now: datetime
) -> TierRaise | None:
    """Return the new binding, or None if another request of the person was faster."""
    keyring = Keyring.of([trace.pk])
    sealed = (
        keyring.seal(trace.pk, TierRaise.LABEL, reference)
        if keyring.has(trace.pk)
        else None
    )
    try:
        with transaction.atomic():
            return TierRaise.objects.create(
                person=person,
                kind=RaiseKind.REFERENCE,
                tier=Tier.EXPLANATION,
                system_id=trace.system_id,
                trace_key=trace.pk,
                subject_digest=trace.subject_digest,
                conversation_digest=trace.conversation_digest,
                reference_digest=digest,
                reference_sealed=sealed,
                opened_at=now,
                until=now,
            )
    except IntegrityError:
        return None


def _checked(reference: str) -> str:
    reference = reference.strip()
    fits = _SHORTEST <= len(reference) <= LONGEST_REFERENCE
    if not fits or not is_printable(reference):
        raise Invalid(
            {"support_ref": [f"{_SHORTEST} to {LONGEST_REFERENCE} plain characters."]}
        )
    pattern = settings.SUPPORT_REFERENCE_PATTERN
    if pattern and not re.fullmatch(pattern, reference):
        raise Invalid(
            {"support_ref": ["Tickets and cases of this house do not look like that."]}
        )
    return reference


@transaction.atomic
def _allow(
    cause: Cause, person: User, kind: RaiseKind, tier: Tier, actor: Actor
) -> TierRaise:
    now = timezone.now()
    about = {"person": person, "kind": kind, "about": cause.about}
    known = TierRaise.objects.filter(trace_key=cause.trace_key, **about)
    if known.filter(until__gt=now).update(until=cause.until, tier=tier):
        return known.get()
    renewed = {"tier": tier, "system_id": cause.system_id, "until": cause.until}
    allowed, _ = TierRaise.objects.update_or_create(
        trace_key=cause.trace_key,
        **about,
        defaults=renewed,
        create_defaults={**renewed, "opened_at": now},
    )
    record_event("tier.raised", allowed, actor=actor, facts=_facts(allowed))
    return allowed


def _facts(raised: TierRaise) -> Facts:
    return {
        "system": str(raised.system_id),
        "trace": str(raised.trace_key),
        "person": raised.person_id,
        "why": raised.kind,
        "tier": raised.tier,
        "reference": raised.reference_digest,
        "about": str(raised.about) if raised.about else "",
        "until": raised.until.isoformat(),
    }
