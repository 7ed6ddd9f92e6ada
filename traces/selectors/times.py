"""Where the time of a system's runs went, week by week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from systems.models import System
from traces.models import TimeReading
from traces.spans import Kind
from traces.time_shares import (
    LEAST_TOOLS_PERCENT,
    MOST_PLANNING_PERCENT,
    PLANNING,
    is_mostly_planning,
    percent_of,
)

WEEKS = 8
_A_WEEK = timedelta(weeks=1)
_WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday (UTC): the runs that began in it, and their time.

    Spans at work at the same time count in each of their kinds; `other_percent` is what
    is left of the whole: other kinds, and waiting.
    """

    monday: date
    runs: int
    ms: Mapping[str, int]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def seconds(self) -> float:
        return self._whole / 1000

    @property
    def planning_percent(self) -> int:
        return self._percent(*PLANNING)

    @property
    def model_percent(self) -> int:
        return self._percent(Kind.LLM)

    @property
    def tools_percent(self) -> int:
        return self._percent(Kind.TOOL)

    @property
    def other_percent(self) -> int:
        known = self.planning_percent + self.model_percent + self.tools_percent
        return max(0, 100 - known)

    @property
    def is_mostly_planning(self) -> bool:
        return is_mostly_planning(self.planning_percent, self.tools_percent)

    @property
    def _whole(self) -> int:
        return self.ms.get(_WHOLE, 0)

    def _percent(self, *kinds: Kind) -> int:
        return percent_of(sum(self.ms.get(one.value, 0) for one in kinds), self._whole)


@dataclass(frozen=True, slots=True)
class SystemTimes:
    """The weeks in which runs of a system began, newest first, and the limits."""

    system: System
    weeks: Sequence[Week]
    most_planning: int = MOST_PLANNING_PERCENT
    least_tools: int = LEAST_TOOLS_PERCENT


def times_of(system: System, today: date) -> SystemTimes:
    """Return this week and the seven before it. One query."""
    this = _monday(today)
    readings = TimeReading.objects.filter(
        system=system, day__gte=this - (WEEKS - 1) * _A_WEEK, day__lte=today
    )
    ms: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    runs: dict[date, int] = defaultdict(int)
    for one in readings:
        monday = _monday(one.day)
        ms[monday][one.kind] += one.ms
        runs[monday] += one.runs if one.kind == _WHOLE else 0
    weeks = [Week(monday, runs[monday], ms[monday]) for monday in sorted(ms)]
    return SystemTimes(system, weeks[::-1])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
