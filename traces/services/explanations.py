"""Explanations for customers: edited by who drafted them, released by another.

What was not released is not copied out, and what still holds a mask is not released.
How a draft comes to be is `services/drafting.py`'s.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, Invalid
from reviewapp.core.words import Keyring
from traces.explaining import LONGEST, TO_SAY, TO_WRITE, places_of_masks
from traces.letters import (
    facts_of_letter,
    keyring_of,
    open_note,
    open_text,
    seal_note,
    seal_text,
)
from traces.models import Explanation
from traces.selectors.drafts import reads_explanations
from traces.selectors.reach import reach_of

_State = Explanation.State
_OPEN = (_State.DRAFT, _State.SENT_BACK)
_LONGEST_NOTE = 2_000
MASKS_LEFT = "Put words that the customer understands in the place of"
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

    Raises what `save_explanation` does, and Invalid where a line is still to write or
    a mask still stands.
    """
    _require_ready(text)
    written = _write(explanation, text, version, person, actor)
    changed = {"state": _State.SUBMITTED, "submitted_at": timezone.now()}
    _move(written, _OPEN, version=written.version, changed=changed)
    _record("explanation.submitted", written, actor)
    return written


@transaction.atomic
def withdraw_explanation(
    explanation: Explanation, *, version: int, person: User, actor: Actor
) -> Explanation:
    """Take back what was handed over and not decided yet, to go on writing.

    Raises Forbidden, AlreadyHandled and Conflict (`changed`).
    """
    _check_author(explanation, person)
    back = {"state": _State.DRAFT, "submitted_at": None}
    _move(explanation, (_State.SUBMITTED,), version=version, changed=back)
    _record("explanation.withdrawn", explanation, actor)
    return explanation


@transaction.atomic
def discard_explanation(
    explanation: Explanation, *, version: int, person: User, actor: Actor
) -> Explanation:
    """Give a draft up, so that its author may draft anew.

    Its words stay sealed until retention takes them: a hold may be on them. Raises
    Forbidden, AlreadyHandled and Conflict (`changed`).
    """
    _check_author(explanation, person)
    gone = {"state": _State.DISCARDED}
    _move(explanation, _OPEN, version=version, changed=gone)
    _record("explanation.discarded", explanation, actor)
    return explanation


@transaction.atomic
def release_explanation(
    explanation: Explanation, *, version: int, person: User, actor: Actor
) -> Explanation:
    """Release the version that was read, so that it may be told to the customer.

    Raises Forbidden (`own_explanation`, `may_not_release`, `tier_too_low`),
    AlreadyHandled and Conflict (`changed`, `masks_left`, `words_gone`).
    """
    _check_releaser(explanation, person)
    _require_unmasked(explanation)
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
    sealed = seal_note(keyring_of(explanation), explanation, note)
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
    return Read(open_text(keyring, explanation), open_note(keyring, explanation))


@transaction.atomic
def copy_explanation(explanation: Explanation, *, person: User, actor: Actor) -> str:
    """Return the text to be told to the customer.

    Raises Forbidden (`tier_too_low`) and Conflict (`not_released`, `words_gone`).
    """
    if explanation.state != _State.RELEASED:
        raise Conflict("not_released", "A support lead has not released it yet.")
    if not _may_read(explanation, person):
        raise _too_low()
    keyring = keyring_of(explanation)
    _record("explanation.copied", explanation, actor)
    return open_text(keyring, explanation)


# Moving -------------------------------------------------------------------------------


def _write(
    explanation: Explanation, text: str, version: int, person: User, actor: Actor
) -> Explanation:
    _check_author(explanation, person)
    text = _checked(text)
    sealed = seal_text(keyring_of(explanation), explanation, text)
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
    keyring = keyring_of(explanation)
    _move(
        explanation,
        (_State.SUBMITTED,),
        version=version,
        changed={"state": state, "decided_by": person, "decided_at": now, **more},
    )
    text = open_text(keyring, explanation)
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


# Checks -------------------------------------------------------------------------------


def _check_releaser(explanation: Explanation, person: User) -> None:
    if not person.has_right(Right.EXPLANATION_RELEASE):
        raise Forbidden("may_not_release", "A support lead releases explanations.")
    if explanation.author_id == person.pk:
        raise Forbidden("own_explanation", "Somebody else releases what you wrote.")
    if not _may_read(explanation, person):
        raise _too_low()


def _check_author(explanation: Explanation, person: User) -> None:
    if explanation.author_id != person.pk:
        raise Forbidden("not_the_author", "Only its author changes an explanation.")


def _may_read(explanation: Explanation, person: User) -> bool:
    return reads_explanations(reach_of(person, explanation.trace, timezone.now()))


def _too_low() -> Forbidden:
    return Forbidden(
        "tier_too_low", "You may not read the words that an explanation is made of."
    )


def _checked(text: str) -> str:
    # Browsers send line breaks as CR LF; PostgreSQL keeps no NUL, and nobody reads it.
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        raise Invalid({"text": [f"Between 1 and {LONGEST:,} characters."]})
    return text


def _require_unmasked(explanation: Explanation) -> None:
    """A customer can make nothing of `[EMAIL-1]`, and nobody has read it in clear."""
    text = open_text(keyring_of(explanation), explanation)
    if places := places_of_masks(text):
        raise Conflict("masks_left", f"{MASKS_LEFT} {places}. Send it back.")


def _require_ready(text: str) -> None:
    """Refuse to hand over what a person still has to write, each place named."""
    wrong = []
    if TO_WRITE in text:
        wrong.append("Replace the line in brackets by your own words.")
    if TO_SAY in text:
        wrong.append(f"Say in its place, by the request, what came of it: {TO_SAY}")
    if places := places_of_masks(text):
        wrong.append(f"{MASKS_LEFT} {places}.")
    if wrong:
        raise Invalid({"text": wrong})


def _record(verb: str, explanation: Explanation, actor: Actor, text: str = "") -> None:
    facts = facts_of_letter(explanation, text)
    record_event(verb, explanation, actor=actor, facts=facts)
