"""What stands on a card line by line: evidence, preconditions, decisions, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from queues.history import reason_words
from queues.models import ActionRequest, Decision, Evidence, Note
from queues.rules import is_stale
from queues.selectors.card_words import CardWords
from reviewapp.core.look.glances import Glance, glance_of
from reviewapp.core.look.values import text_of

# Characters of evidence that are read at a glance; longer values are folded.
_GLANCE = 160
# A fold that hides fewer pieces than this would cost more than it saves.
_FOLDED_FROM = 4


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A fact with its age; `max_age_s` is the limit that counts, in seconds.

    Judged now, or for a decided request at its decision. `is_near`: it speaks of what
    the call speaks of, or is stale. Any: a value is JSON.
    """

    name: str
    value: Any
    source: str
    observed_at: datetime
    max_age_s: int | None
    is_stale: bool
    judged_at: datetime
    is_near: bool

    @property
    def text(self) -> str:
        return text_of(self.value)

    @property
    def is_short(self) -> bool:
        return len(self.text) <= _GLANCE and "\n" not in self.text

    @property
    def glance(self) -> Glance:
        return glance_of(self.value)


@dataclass(frozen=True, slots=True)
class PreconditionLine:
    name: str
    checked_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One reviewer's word. `counts`: it is an approval of what would run now."""

    who: str
    verdict: str
    reason: str
    comment: str
    made_at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    who: str
    text: str
    made_at: datetime


def evidence_lines(
    ask: ActionRequest, words: CardWords | None, now: datetime
) -> list[EvidenceLine]:
    return [_evidence_line(row, words, now) for row in ask.evidence.all()]


def _evidence_line(
    row: Evidence, words: CardWords | None, now: datetime
) -> EvidenceLine:
    said = words.contents.evidence[row.position] if words else {}
    name = said.get("name", f"Evidence {row.position + 1}")
    value = _unpacked(said.get("value", ""))
    stale = is_stale(row.observed_at, row.limit_s, now)
    return EvidenceLine(
        name=name,
        value=value,
        source=said.get("source", ""),
        observed_at=row.observed_at,
        max_age_s=row.limit_s,
        is_stale=stale,
        judged_at=now,
        is_near=stale or _is_named_in(f"{name} {text_of(value)}", words),
    )


def _is_named_in(text: str, words: CardWords | None) -> bool:
    marks = words.marks if words else None
    return marks is not None and marks.search(text) is not None


def fold_evidence(
    lines: Sequence[EvidenceLine],
) -> tuple[Sequence[EvidenceLine], Sequence[EvidenceLine]]:
    """Return what is shown, and what is about other things and waits behind a fold."""
    near = [line for line in lines if line.is_near]
    far = [line for line in lines if not line.is_near]
    return (near, far) if near and len(far) >= _FOLDED_FROM else (lines, [])


# Any: a tool's answer is its own JSON.
def _unpacked(value: Any) -> Any:
    """JSON that came as a text is shown as the tree it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def precondition_lines(
    ask: ActionRequest, words: CardWords | None
) -> list[PreconditionLine]:
    holder = ask.grant_holder
    rows = list(holder.preconditions.all())
    own = words.contents.preconditions if words and holder.pk == ask.pk else []
    return [
        PreconditionLine(
            name=own[row.position] if own else f"Precondition {row.position + 1}",
            checked_at=row.checked_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def decision_lines(
    ask: ActionRequest, decisions: Sequence[Decision], words: CardWords | None
) -> list[DecisionLine]:
    return [
        DecisionLine(
            who=str(decision.person),
            verdict=decision.verdict,
            reason=reason_words(decision.verdict, decision.reason_code),
            comment=words.comments[decision.pk] if words else "",
            made_at=decision.made_at,
            counts=decision.round == ask.round
            and decision.verdict in ("approve", "edit"),
        )
        for decision in decisions
    ]


def note_lines(notes: Sequence[Note], words: CardWords | None) -> list[NoteLine]:
    return [
        NoteLine(str(note.person), words.notes[note.pk] if words else "", note.made_at)
        for note in notes
    ]
