"""Legal holds: what they cover is deleted by nobody and nothing until they are lifted.

The doors to lifting take a session signed in within five minutes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.digests import reference_digest
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.problems import AlreadyHandled, Invalid
from reviewapp.core.words import Keyring
from systems.models import System
from traces.models import Preservation, Trace

WORDS_LABEL = "preservation"
_LONGEST_REFERENCE, _LONGEST_NOTE = 300, 2000


@dataclass(frozen=True, slots=True)
class Target:
    """What a hold covers: exactly one of these."""

    trace: Trace | None = None
    system: System | None = None
    conversation: str = ""
    subject: str = ""

    @property
    def scope(self) -> Preservation.Scope:
        if self.trace is not None:
            return Preservation.Scope.TRACE
        if self.system is not None:
            return Preservation.Scope.SYSTEM
        if self.conversation:
            return Preservation.Scope.CONVERSATION
        return Preservation.Scope.SUBJECT

    @property
    def reference(self) -> str:
        return self.conversation or self.subject

    @property
    def is_one(self) -> bool:
        named = (self.trace, self.system, self.conversation, self.subject)
        return sum(map(bool, named)) == 1


@transaction.atomic
def place_preservation(
    target: Target,
    *,
    person: User,
    actor: Actor,
    reason: Preservation.Reason,
    note: str = "",
) -> Preservation:
    """Hold everything of a trace, conversation, person or system. Raises Invalid.

    A conversation or person is held by reference: what comes later is held as well.
    """
    if not target.is_one or len(target.reference) > _LONGEST_REFERENCE:
        raise Invalid({"reference": ["Name one thing that the hold covers."]})
    if len(note) > _LONGEST_NOTE:
        raise Invalid({"note": [f"At most {_LONGEST_NOTE} characters."]})
    hold = Preservation(
        scope=target.scope,
        trace_key=target.trace.pk if target.trace else None,
        system=target.system,
        digest=reference_digest(target.scope, target.reference),
        reason=reason,
        placed_by=person,
        placed_at=timezone.now(),
    )
    words = {"reference": target.reference, "note": note.strip()}
    hold.words_sealed = Keyring.make(hold.pk).seal(hold.pk, WORDS_LABEL, words)
    hold.save(force_insert=True)
    record_event("preservation.placed", hold, actor=actor, facts=_facts(hold))
    return hold


@transaction.atomic
def lift_preservation(
    hold: Preservation, *, person: User, actor: Actor
) -> Preservation:
    """Lift a hold: what is past its time goes with the next sweep."""
    standing = Preservation.objects.standing().filter(pk=hold.pk)
    if standing.update(lifted_by=person, lifted_at=timezone.now()) != 1:
        raise AlreadyHandled("This hold is lifted already.")
    hold.refresh_from_db()
    record_event("preservation.lifted", hold, actor=actor, facts=_facts(hold))
    return hold


@transaction.atomic
def read_preservations(
    holds: Collection[Preservation], *, person: User, actor: Actor
) -> dict[UUID, dict[str, str]]:
    """Return reference and note of holds: words, hence recorded before they leave.

    Of holds without a key any more there is nothing.
    """
    if not holds:
        return {}
    facts = {"preservations": sorted(str(hold.pk) for hold in holds)}
    record_event("preservations.read", person, actor=actor, facts=facts)
    keyring = Keyring.of(hold.pk for hold in holds)
    return {
        hold.pk: keyring.open(hold.pk, WORDS_LABEL, hold.words_sealed)
        for hold in holds
        if keyring.has(hold.pk)
    }


def lock_preservations() -> None:
    """Let no hold be placed until the caller's transaction ends.

    Whoever chooses what is to go takes it first: what is chosen is held by nothing, and
    a hold that comes a moment later comes after the event that says what went.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE traces_preservation IN SHARE MODE")


def _facts(hold: Preservation) -> Facts:
    return {
        "scope": hold.scope,
        "trace": str(hold.trace_key) if hold.trace_key else "",
        "system": str(hold.system_id) if hold.system_id else "",
        "digest": hold.digest,
        "reason": hold.reason,
    }
