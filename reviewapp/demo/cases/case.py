"""A finished run, told after the fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reviewapp.demo.runs.agents import Agent
from reviewapp.demo.runs.script import Turn


@dataclass(frozen=True, slots=True)
class Case:
    """`reference`: whom it is about, for a help desk. `premise`: what was wrong."""

    slug: str
    agent: Agent
    reference: str
    conversation: str
    started_at: datetime
    complaint: str
    premise: str
    heard: str
    turns: tuple[Turn, ...]


# Days in a case are told from the day it is made, so that the demo never looks old.
Make = Callable[[datetime], Case]


def iso(day: date) -> str:
    return day.isoformat()


def spoken(day: date) -> str:
    """Return "Friday, 20 November"."""
    return f"{day:%A}, {day.day} {day:%B}"


def days(now: datetime, number: int) -> date:
    return (now + timedelta(days=number)).date()


def next_workday(day: date) -> date:
    """Return the first day after this one that is no Saturday or Sunday."""
    after = day + timedelta(days=1)
    return after if after.weekday() < 5 else next_workday(after)
