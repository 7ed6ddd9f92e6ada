"""What became of the leave that a run asked for. Pure.

A floor above keeps the requests; this is as much of them as a run's page tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Fate(StrEnum):
    """How far a request has come, as far as it says whether the act was carried out."""

    WAITS = "waiting"  # nobody has decided yet
    REFUSED = "refused"  # a person said no
    UNUSED = "not_done"  # it ended, or stands approved, and no leave was used
    USED = "used"  # the agent had its leave and used it: its spans tell the rest
    UNKNOWN = "asked"  # asked for, and nothing here tells what came of it


@dataclass(frozen=True, slots=True)
class Asked:
    """One leave that a run asked for; `ids` are the requests that stand for it."""

    tool: str
    ids: frozenset[UUID]
    fate: Fate
