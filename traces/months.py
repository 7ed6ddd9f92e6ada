"""Calendar months, as costs are told by. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month (UTC), from its first day to the last."""

    first: date

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.replace(day=1))

    @property
    def last(self) -> date:
        days = calendar.monthrange(self.first.year, self.first.month)[1]
        return self.first.replace(day=days)

    @property
    def before(self) -> Month:
        return Month.of(self.first - timedelta(days=1))

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def short(self) -> str:
        return f"{self.first:%b %Y}"

    def __str__(self) -> str:
        return f"{self.first:%B %Y}"


def months_up_to(today: date) -> list[Month]:
    """Return this month and the eleven before it, newest first."""
    months = [Month.of(today)]
    while len(months) < MONTHS:
        months.append(months[-1].before)
    return months
