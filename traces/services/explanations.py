"""Explanations for customers: drafted and edited by support, released by another.

Composed of what the author may read of question, answer and acts, masked for everybody;
the reasoning is not even opened for it. What was not released is not copied out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, Invalid
from reviewapp.core.words import Keyring
from traces.explaining import LONGEST, TO_WRITE
from traces.models import Explanation, Trace
from traces.selectors.explanations import (
    TowardsCustomer,
    material_of,
    parts_told,
    reads_explanations,
)
from traces.selectors.reach import Reach, reach_of
from traces.selectors.reading import read_shape
from traces.selectors.words_shown import Reader
from traces.services.openings import Wanted, open_words
from traces.steps import answer_of, steps_of

_State = Explanation.State
_OPEN = (_State.DRAFT, _State.SENT_BACK)
_LONGEST_NOTE = 2_000
_MOVED = (
    "state", "version", "sealed", "note_sealed", "saved_at", "submitted_at",
    "decided_by", "decided_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """The words of an explanation; `why_not` (hidden, gone) where there are none."""

    text: str = ""
    note: str = ""
    why_not: str = ""


def draft_explanation(trace: Trace, *, person: User, actor: Actor) -> Explanation:
    """Compose a draft from a trace; where the person has one open, return that.

    Raises Forbidden (`may_not_draft`, `tier_too_low`) and Conflict (`words_gone`).
    """
    reach = _reach_to_draft(trace, person)
    mine = _open_one(trace, person)
    return mine or _store(trace, _compose(trace, reach, actor), person, actor)


@transaction.atomic
def save_explanation(
    explanation: Explanation, *, text: str, version: int, person: User, actor: Actor
) -> Explanation:
    """Keep what its author wrote; `version` is the one they had before them.

    Raises Forbidden, Invalid, AlreadyHandled and Conflict (`changed`, `words_gone`).
    """
    return _write(explanation, text, version, person, actor)


@transaction.atomic
def submit_explanation(
    explanation: Explanation, *, text: str, version: int, person: User, actor: Actor
) -> Explanation:
    """Keep what its author wrote, and hand it to somebody who releases it.

    Raises what `save_explanation` does, and Invalid where a line is still to write.
    """
    if TO_WRITE in text:
        raise Invalid({"text": ["Replace the line in brackets by your own words."]})
    written = _write(explanation, text, version, person, actor)
    changed = {"state": _State.SUBMITTED, "submitted_at": timezone.now()}
    _move(written, _OPEN, version=written.version, changed=changed)
    _record("explanation.submitted", written, actor)
    return written


@transaction.atomic
def release_explanation(
    explanation: Explanation, *, version: int, person: User, actor: Actor
) -> Explanation:
    """Release the version that was read, so that it may be told to the customer.

    Raises Forbidden (`own_explanation`, `may_not_release`, `tier_too_low`),
    AlreadyHandled and Conflict (`changed`, `words_gone`).
    """
    _check_releaser(explanation, person)
    return _decide(
        explanation, _State.RELEASED, version, person, actor, note_sealed=None
    )


@transaction.atomic
def send_back_explanation(
    explanation: Explanation, *, version: int, note: str, person: User, actor: Actor
) -> Explanation:
    """Give an explanation back to its author, saying what is to be changed.

    Raises what `release_explanation` does, and Invalid without a note.
    """
    note = note.strip()
    if not note or len(note) > _LONGEST_NOTE:
        raise Invalid({"note": [f"Say what to change, in {_LONGEST_NOTE} characters."]})
    _check_releaser(explanation, person)
    label = _label(explanation.pk, "note")
    sealed = _keyring(explanation).seal(explanation.trace_id, label, note)
    return _decide(
        explanation, _State.SENT_BACK, version, person, actor, note_sealed=sealed
    )


@transaction.atomic
def read_explanation(explanation: Explanation, *, person: User, actor: Actor) -> Read:
    """Open an explanation for somebody; the log knows before they do."""
    if not _may_read(explanation, person):
        return Read(why_not="hidden")
    keyring = Keyring.of([explanation.trace_id])
    if not keyring.has(explanation.trace_id) or not explanation.sealed:
        return Read(why_not="gone")
    _record("explanation.read", explanation, actor)
    return Read(_open(keyring, explanation), _open_note(keyring, explanation))


@transaction.atomic
def copy_explanation(explanation: Explanation, *, person: User, actor: Actor) -> str:
    """Return the text to be told to the customer.

    Raises Forbidden (`tier_too_low`) and Conflict (`not_released`, `words_gone`).
    """
    if explanation.state != _State.RELEASED:
        raise Conflict("not_released", "A support lead has not released it yet.")
    if not _may_read(explanation, person):
        raise _too_low()
    keyring = _keyring(explanation)
    _record("explanation.copied", explanation, actor)
    return _open(keyring, explanation)


# Drafting -----------------------------------------------------------------------------


def _reach_to_draft(trace: Trace, person: User) -> Reach:
    if not person.has_right(Right.EXPLANATION_DRAFT):
        raise Forbidden("may_not_draft", "Your roles do not draft explanations.")
    reach = reach_of(person, trace, timezone.now())
    if not reads_explanations(reach):
        raise _too_low()
    return reach


def _too_low() -> Forbidden:
    return Forbidden(
        "tier_too_low", "You may not read the words that an explanation is made of."
    )


def _open_one(trace: Trace, person: User) -> Explanation | None:
    mine = Explanation.objects.filter(trace=trace, author=person)
    return mine.exclude(state=_State.RELEASED).first()


def _compose(trace: Trace, reach: Reach, actor: Actor) -> str:
    """Open what a draft tells, and put it into words."""
    shape, towards = read_shape(trace), TowardsCustomer.of(reach)
    steps = steps_of(shape)
    answer = answer_of(shape, steps)
    wanted = Wanted(*parts_told(answer, steps))
    opened = open_words(
        trace, shape, wanted, actor=actor, reach=towards, door="explanation"
    )
    if opened.gone:
        raise _gone()
    material = material_of(trace, answer, steps, Reader(towards, opened))
    context = {"material": material, "to_write": TO_WRITE}
    return render_to_string("traces/explanation.txt", context).strip()[:LONGEST]


@transaction.atomic
def _store(trace: Trace, text: str, person: User, actor: Actor) -> Explanation:
    now = timezone.now()
    draft = Explanation(trace=trace, author=person, drafted_at=now, saved_at=now)
    draft.sealed = _seal(_keyring(draft), draft, text)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        raise AlreadyHandled("You have a draft of this run already.") from None
    _record("explanation.drafted", draft, actor, text)
    return draft


# Moving -------------------------------------------------------------------------------


def _write(
    explanation: Explanation, text: str, version: int, person: User, actor: Actor
) -> Explanation:
    if explanation.author_id != person.pk:
        raise Forbidden("not_the_author", "Only its author changes an explanation.")
    text = _checked(text)
    sealed = _seal(_keyring(explanation), explanation, text)
    changed = {"sealed": sealed, "saved_at": timezone.now(), "version": version + 1}
    _move(explanation, _OPEN, version=version, changed=changed)
    _record("explanation.saved", explanation, actor, text)
    return explanation


def _decide(
    explanation: Explanation,
    state: Explanation.State,
    version: int,
    person: User,
    actor: Actor,
    **more: bytes | None,
) -> Explanation:
    now = timezone.now()
    keyring = _keyring(explanation)
    _move(
        explanation,
        (_State.SUBMITTED,),
        version=version,
        changed={"state": state, "decided_by": person, "decided_at": now, **more},
    )
    text = _open(keyring, explanation)
    _record(f"explanation.{state}", explanation, actor, text)
    return explanation


def _move(
    explanation: Explanation,
    states: Collection[Explanation.State],
    *,
    version: int,
    changed: dict[str, Any],
) -> None:
    """Change a row that stands as it was seen; else somebody else was first."""
    rows = Explanation.objects.filter(pk=explanation.pk, state__in=states)
    moved = rows.filter(version=version).update(**changed)
    explanation.refresh_from_db(fields=_MOVED)
    if moved == 1:
        return
    if explanation.version != version:
        raise Conflict("changed", "It has changed since you opened it: read it again.")
    raise AlreadyHandled(f"It is {explanation.get_state_display().lower()} by now.")


def _check_releaser(explanation: Explanation, person: User) -> None:
    if not person.has_right(Right.EXPLANATION_RELEASE):
        raise Forbidden("may_not_release", "A support lead releases explanations.")
    if explanation.author_id == person.pk:
        raise Forbidden("own_explanation", "Somebody else releases what you wrote.")
    if not _may_read(explanation, person):
        raise _too_low()


# Words --------------------------------------------------------------------------------


def _may_read(explanation: Explanation, person: User) -> bool:
    return reads_explanations(reach_of(person, explanation.trace, timezone.now()))


def _checked(text: str) -> str:
    # Browsers send line breaks as CR LF; PostgreSQL keeps no NUL, and nobody reads it.
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        raise Invalid({"text": [f"Between 1 and {LONGEST:,} characters."]})
    return text


def _keyring(explanation: Explanation) -> Keyring:
    keyring = Keyring.of([explanation.trace_id])
    if not keyring.has(explanation.trace_id):
        raise _gone()
    return keyring


def _gone() -> Conflict:
    return Conflict("words_gone", "The words of this trace were destroyed.")


def _seal(keyring: Keyring, explanation: Explanation, text: str) -> bytes:
    return keyring.seal(explanation.trace_id, _label(explanation.pk, "text"), text)


def _open(keyring: Keyring, explanation: Explanation) -> str:
    """Raises Conflict(`words_gone`) where retention has taken the text."""
    if not explanation.sealed:
        raise _gone()
    label = _label(explanation.pk, "text")
    text: str = keyring.open(explanation.trace_id, label, explanation.sealed)
    return text


def _open_note(keyring: Keyring, explanation: Explanation) -> str:
    if explanation.note_sealed is None:
        return ""
    label = _label(explanation.pk, "note")
    note: str = keyring.open(explanation.trace_id, label, explanation.note_sealed)
    return note


def _label(explanation: UUID, what: str) -> str:
    """A trace's key seals several explanations: none can be taken for another."""
    return f"explanation {explanation} {what}"


def _record(verb: str, explanation: Explanation, actor: Actor, text: str = "") -> None:
    trace = explanation.trace
    facts: Facts = {
        "system": str(trace.system_id),
        "trace": str(trace.pk),
        "author": explanation.author_id,
        "version": explanation.version,
    }
    if text:
        keyring = _keyring(explanation)
        facts["text"] = keyring.fingerprint(trace.pk, text.encode())
        facts["length"] = len(text)
    record_event(verb, explanation, actor=actor, facts=facts)
