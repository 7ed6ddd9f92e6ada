"""The health of a queue as `queues/selectors/health.py` measures it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from queues.staffing import Forecast, Load
from queues.stays import HOUR, Interval


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One risk class in the window: counts, and waits as `Health.waits`."""

    risk_class: str
    arrived: int
    answered: int
    ran_out: int
    waiting: int
    waits: list[float | None]


class Pressing(NamedTuple):
    """A request that waits, by its deadline; no word of it."""

    id: UUID
    tool: str
    risk_class: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Burn:
    """How fast an objective's margin is used: over the last hour, and the window."""

    hour: float | None
    window: float | None

    @property
    def is_alarming(self) -> bool:
        """Both say so: neither one bad minute, nor what is long over."""
        return (self.hour or 0) > 1 and (self.window or 0) > 1


@dataclass(frozen=True, slots=True)
class Health:
    """A queue over `since`..`now`. Waits in seconds: half, 90 and 99 in 100 answered
    by then; None where so many were not."""

    since: datetime
    now: datetime
    waiting: int
    oldest_at: datetime | None
    intervals: Sequence[Interval]
    step: timedelta
    classes: Sequence[ClassLine]
    waits: Sequence[float | None]
    longest_s: float
    load: Load
    is_measured: bool
    at_work: int
    forecasts: Sequence[Forecast]
    needed: Forecast | None
    # As many as it may take: so few came that their rate is a guess.
    at_most: Forecast | None
    pressing: Sequence[Pressing]
    # Of those that wait now: who run out with those at work, and when with nobody.
    late: int
    last_at: datetime | None
    came: int
    went: int
    drain_s: float | None
    backlog: float
    expected: float | None
    burn: Burn
    ran_out: float | None
    ran_out_lately: float | None
    allowed: float

    @property
    def told(self) -> list[Forecast]:
        """The forecasts worth a sentence: of those at work, and of those needed."""
        at_work = [one for one in self.forecasts if one.reviewers == self.at_work]
        needed = [self.needed] if self.needed else []
        return list(dict.fromkeys(at_work + needed)) or list(self.forecasts[:2])

    @property
    def most_needed(self) -> Forecast | None:
        """More than `needed`, if so few came that it may well take more."""
        most, needed = self.at_most, self.needed
        return most if most and needed and most.reviewers > needed.reviewers else None

    @property
    def hourly(self) -> float:
        return self.load.arrivals * HOUR.total_seconds()

    @property
    def waited_s(self) -> float:
        """How long agents have waited for people, all together."""
        return self.backlog * (self.now - self.since).total_seconds()

    @property
    def is_idle(self) -> bool:
        return not (self.waiting or any(one.arrived for one in self.intervals))
