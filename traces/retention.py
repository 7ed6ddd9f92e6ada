"""How long what is kept, and whose words are kept at all. Pure.

Structure is kept long, words by class, the most delicate the shortest. Of words of
ordinary runs a share may be enough; those of runs with a finding, feedback, an error, a
request, or that somebody asked to keep are always kept (docs/retention.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

from django.db.models import TextChoices

# Detectors have had their say by then, and people their feedback.
SAMPLED_AFTER: Final = timedelta(days=14)
LONGEST_DAYS: Final = 3650


class Kept(TextChoices):
    """What a retention is set for: the shape, four classes of words, dead letters."""

    STRUCTURE = "structure", "Structure"
    DIALOGUE = "dialogue", "Dialogue"
    TOOLS = "tools", "Tools"
    REASONING = "reasoning", "Reasoning"
    OPAQUE = "opaque", "Opaque parts"
    DEAD_LETTERS = "dead_letters", "Dead letters"


DEFAULT_DAYS: Final[Mapping[Kept, int]] = {
    Kept.STRUCTURE: 400,
    Kept.DIALOGUE: 90,
    Kept.TOOLS: 90,
    Kept.REASONING: 30,
    Kept.OPAQUE: 7,
    # They may hold words of any class.
    Kept.DEAD_LETTERS: 30,
}
WORD_KINDS: Final = (Kept.DIALOGUE, Kept.TOOLS, Kept.REASONING, Kept.OPAQUE)


class Gone(TextChoices):
    """Why a trace has no words any more."""

    RETENTION = "retention", "Their time to be kept was over"
    SAMPLING = "sampling", "A share of ordinary runs is kept, and not this one"
    DESTROYED = "destroyed", "Destroyed by a privacy officer"


class DestroyReason(TextChoices):
    """Why a privacy officer destroys the words of a trace before their time."""

    ERASURE = "erasure", "The person it is about asks for erasure"
    MISTAKE = "mistake", "It should never have been recorded"
    SECRET = "secret", "It holds a secret that must not stay"
    ORDER = "order", "A court or an authority orders it"


class Why(TextChoices):
    """Why the words of a trace are kept whatever the share, because somebody said so.

    What the tables tell (an error, feedback, a call for a request) needs no saying.
    """

    FINDING = "finding", "A finding"
    REQUEST = "request", "A request"
    INCIDENT = "incident", "An incident"
    ASKED = "asked", "Somebody asked"


@dataclass(frozen=True, slots=True)
class Retention:
    """The days that hold now: in general, and where a system has its own."""

    general: Mapping[Kept, int]
    own: Mapping[tuple[UUID, Kept], int]

    def days(self, kind: Kept, system: UUID | None = None) -> int:
        """Return the days for a system; without one, in general."""
        if system is not None and (system, kind) in self.own:
            return self.own[system, kind]
        return self.general.get(kind, DEFAULT_DAYS[kind])

    def cutoff(self, kind: Kept, system: UUID, now: datetime) -> datetime:
        """Return the moment before which things of this kind are to go."""
        return now - timedelta(days=self.days(kind, system))

    def changed(self, kind: Kept, system: UUID | None, days: int | None) -> Retention:
        """Return what would hold with one value more; None: as in general."""
        if system is None:
            return Retention(
                {**self.general, kind: days or DEFAULT_DAYS[kind]}, self.own
            )
        own = {key: kept for key, kept in self.own.items() if key != (system, kind)}
        if days is not None:
            own[system, kind] = days
        return Retention(self.general, own)


def problem_of(retention: Retention, system: UUID | None) -> str:
    """Return what is wrong with a system's days, or "": words need their shape."""
    structure = retention.days(Kept.STRUCTURE, system)
    for kind in WORD_KINDS:
        if retention.days(kind, system) > structure:
            return f"{kind.label} would be kept longer than the structure it stands in."
    return ""


def is_in_share(trace_id: UUID, share: float) -> bool:
    """True if a trace of this id is among the share that is kept.

    By a hash, not by the id itself: tracers set some of its bits, and agents choose it.
    The same trace falls the same way in every process, and a smaller share is a part of
    every larger one.
    """
    hashed = int.from_bytes(blake2b(trace_id.bytes, digest_size=8).digest(), "big")
    return hashed < share * 2**64
