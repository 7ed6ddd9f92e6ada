"""Break-glass: asked for, approved by another, ended by itself, reviewed afterwards.

The doors to asking and approving take a session signed in within five minutes and no
token. What is read under an opening is recorded by whoever opens words, with its id.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.digests import reference_digest
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, Invalid
from reviewapp.core.words import Keyring
from traces.glass import (
    REVIEWED_WITHIN,
    End,
    Reason,
    Verdict,
    lasts,
    may_approve,
    review_due,
)
from traces.models import BreakGlass, Keeping, Trace

REFERENCE_LABEL = "reference"
NOTE_LABEL = "note"
_LONGEST_REFERENCE = 120
_BATCH = 100
_ACTOR = Actor.of_process("break-glass sweep")


@transaction.atomic
def ask_break_glass(
    trace: Trace,
    *,
    person: User,
    actor: Actor,
    reason: Reason,
    reference: str,
    minutes: int,
) -> BreakGlass:
    """Open one trace beyond the person's tier, for so many minutes (30 at most).

    Dialogue and tools are in clear at once, reasoning after somebody has approved.
    Raises Forbidden, Invalid by field and Conflict (`already_open`, `words_gone`).
    """
    if not person.has_right(Right.GLASS_BREAK):
        raise Forbidden("may_not_break_glass", "Your roles do not break the glass.")
    now = timezone.now()
    reference, length = reference.strip(), lasts(minutes)
    if not reference or len(reference) > _LONGEST_REFERENCE:
        raise Invalid({"reference": ["Name the ticket or case, in 120 characters."]})
    if length is None:
        raise Invalid({"minutes": ["Between 1 and 30 minutes."]})
    if Keeping.objects.filter(pk=trace.pk, words_gone_at__isnull=False).exists():
        raise Conflict("words_gone", "The words of this trace were destroyed.")
    _end_lapsed(BreakGlass.objects.filter(person=person, trace_key=trace.pk), now)
    glass = BreakGlass(
        person=person,
        system_id=trace.system_id,
        trace_key=trace.pk,
        reason=reason,
        reference_digest=reference_digest("support", reference),
        asked_at=now,
        until=now + length,
    )
    glass.reference_sealed = Keyring.make(glass.pk).seal(
        glass.pk, REFERENCE_LABEL, reference
    )
    _insert(glass)
    record_event("glass.broken", glass, actor=actor, facts=_facts(glass))
    return glass


@transaction.atomic
def approve_break_glass(glass: BreakGlass, *, person: User, actor: Actor) -> BreakGlass:
    """Give an opening the reasoning in clear, until its time is over. Safe to repeat.

    Raises Forbidden (`own_glass`, `may_not_approve_glass`) and AlreadyHandled for one
    that has ended.
    """
    require_approver(glass, person)
    now = timezone.now()
    waiting = BreakGlass.objects.to_approve(now).filter(pk=glass.pk)
    if waiting.update(approved_by=person, approved_at=now) != 1:
        glass.refresh_from_db()
        if glass.is_open_at(now):
            return glass
        raise AlreadyHandled("This opening has ended; there is nothing to approve.")
    glass.refresh_from_db()
    record_event("glass.approved", glass, actor=actor, facts=_facts(glass))
    return glass


@transaction.atomic
def refuse_break_glass(glass: BreakGlass, *, person: User, actor: Actor) -> BreakGlass:
    """Refuse an opening, which ends it whole: who may say yes said no.

    Raises Forbidden as `approve_break_glass` does, and AlreadyHandled.
    """
    require_approver(glass, person)
    return _close(glass, End.REFUSED, person, actor, "glass.refused")


@transaction.atomic
def end_break_glass(glass: BreakGlass, *, person: User, actor: Actor) -> BreakGlass:
    """Close an opening before its time: one's own, or as whoever reviews them.

    Raises Forbidden and AlreadyHandled.
    """
    if glass.person_id != person.pk and not person.has_right(Right.GLASS_REVIEW):
        raise Forbidden("not_your_glass", "Only who opened it or a privacy officer.")
    return _close(glass, End.CLOSED, person, actor, "glass.ended")


@transaction.atomic
def review_break_glass(
    glass: BreakGlass, *, person: User, actor: Actor, verdict: Verdict, note: str = ""
) -> BreakGlass:
    """Say afterwards whether an opening was justified; a no needs a note.

    Raises Forbidden, Invalid, Conflict(`still_open`) and AlreadyHandled.
    """
    _require_reviewer(glass, person)
    note = note.strip()
    if verdict != Verdict.JUSTIFIED and not note:
        raise Invalid({"note": ["Say what was wrong."]})
    if glass.ended_at is None:
        raise Conflict("still_open", "It is reviewed after it has ended.")
    sealed = Keyring.make(glass.pk).seal(glass.pk, NOTE_LABEL, note) if note else None
    waiting = BreakGlass.objects.to_review().filter(pk=glass.pk)
    now = timezone.now()
    said = {"verdict": verdict, "note_sealed": sealed}
    if waiting.update(reviewed_by=person, reviewed_at=now, **said) != 1:
        raise AlreadyHandled("This opening is reviewed already.")
    glass.refresh_from_db()
    facts = _facts(glass) | {"verdict": verdict, "late": now > _due(glass)}
    record_event("glass.reviewed", glass, actor=actor, facts=facts)
    return glass


@transaction.atomic
def read_break_glass(glass: BreakGlass, *, actor: Actor) -> dict[str, str]:
    """Return the reference and the review's note of an opening: words, hence recorded.

    What there is none of, or no key for any more, is missing.
    """
    record_event("glass.read", glass, actor=actor, facts=_facts(glass))
    keyring, told = Keyring.of([glass.pk]), {}
    if keyring.has(glass.pk):
        told["reference"] = keyring.open(
            glass.pk, REFERENCE_LABEL, glass.reference_sealed
        )
        if glass.note_sealed is not None:
            told["note"] = keyring.open(glass.pk, NOTE_LABEL, glass.note_sealed)
    return told


def sweep_break_glass() -> int:
    """End the openings whose time is over; return how many. Safe to run twice."""
    now = timezone.now()
    due = BreakGlass.objects.filter(ended_at=None, until__lte=now).order_by("until")
    return sum(
        _lapse(pk, now) for pk in list(due.values_list("pk", flat=True)[:_BATCH])
    )


def require_approver(glass: BreakGlass, person: User) -> None:
    """Raise Forbidden unless the person is a second one who approves this opening."""
    if glass.person_id == person.pk:
        raise Forbidden("own_glass", "Somebody else approves what you asked for.")
    if not may_approve(person.roles, glass.person.roles):
        raise Forbidden("may_not_approve_glass", "Your roles do not approve this one.")


def _require_reviewer(glass: BreakGlass, person: User) -> None:
    if glass.person_id == person.pk:
        raise Forbidden("own_glass", "Somebody else reviews what you opened.")
    if not person.has_right(Right.GLASS_REVIEW):
        raise Forbidden("may_not_review_glass", "Privacy officers review openings.")


def _insert(glass: BreakGlass) -> None:
    try:
        with transaction.atomic():
            glass.save(force_insert=True)
    except IntegrityError:
        raise Conflict("already_open", "You have this trace open already.") from None


def _end_lapsed(glasses: QuerySet[BreakGlass], now: datetime) -> None:
    """What no sweep has ended yet must not stand in the way of the next."""
    for pk in glasses.filter(ended_at=None, until__lte=now).values_list(
        "pk", flat=True
    ):
        _lapse(pk, now)


@transaction.atomic
def _lapse(pk: UUID, now: datetime) -> int:
    due = BreakGlass.objects.filter(pk=pk, ended_at=None, until__lte=now)
    # It ended when its time was over, not when somebody came to look.
    changed = due.update(
        ended_at=F("until"), end=End.LAPSED, review_due_at=F("until") + REVIEWED_WITHIN
    )
    if changed:
        glass = BreakGlass.objects.get(pk=pk)
        facts = _facts(glass) | {"how": End.LAPSED}
        record_event("glass.ended", glass, actor=_ACTOR, facts=facts)
    return changed


def _close(
    glass: BreakGlass, end: End, person: User, actor: Actor, verb: str
) -> BreakGlass:
    now = timezone.now()
    still_open = BreakGlass.objects.open_at(now).filter(pk=glass.pk)
    closed = still_open.update(
        ended_at=now, end=end, ended_by=person, review_due_at=review_due(now)
    )
    if closed != 1:
        raise AlreadyHandled("This opening has ended already.")
    glass.refresh_from_db()
    record_event(verb, glass, actor=actor, facts=_facts(glass) | {"how": end})
    return glass


def _due(glass: BreakGlass) -> datetime:
    return glass.review_due_at or glass.until


def _facts(glass: BreakGlass) -> Facts:
    return {
        "system": str(glass.system_id),
        "trace": str(glass.trace_key),
        "person": glass.person_id,
        "reason": glass.reason,
        "reference": glass.reference_digest,
        "until": glass.until.isoformat(),
        "reasoning": glass.gives_reasoning,
    }
