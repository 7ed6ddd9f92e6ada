"""Requests as stays in a queue: when they came, when they left, and how. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from queues.waits import Wait

HOUR = timedelta(hours=1)
_CLOSE, _YOUNG = timedelta(minutes=5), timedelta(hours=2)


class Left(StrEnum):
    """How the waiting of a request came to an end."""

    ANSWERED = "answered"
    # Nobody decided in time, whatever the policy has the agent told then.
    RAN_OUT = "ran_out"
    # Withdrawn by its agent. What was approved and is void was answered before.
    GIVEN_UP = "given_up"


class Stay(NamedTuple):
    """One request in a queue; `left_at` and `left` are None while it waits."""

    arrived_at: datetime
    left_at: datetime | None
    left: Left | None
    risk_class: str
    patience_s: float

    def wait_at(self, since: datetime, now: datetime) -> Wait:
        """Return how long it has waited, as seen by whoever looks on from `since`."""
        seconds = ((self.left_at or now) - self.arrived_at).total_seconds()
        unseen = max(0.0, (since - self.arrived_at).total_seconds())
        return Wait(seconds, self.left is Left.ANSWERED, unseen)


class Interval(NamedTuple):
    """A stretch of time in a queue; `waiting` at its end."""

    starts_at: datetime
    arrived: int
    answered: int
    ran_out: int
    given_up: int
    waiting: int


def step_for(since: datetime, now: datetime) -> timedelta:
    """Return the length of intervals: a young queue is shown more closely."""
    return _CLOSE if now - since < _YOUNG else HOUR


def intervals_of(
    stays: Sequence[Stay], since: datetime, now: datetime, step: timedelta
) -> list[Interval]:
    """Return what came and went, interval by interval; the last is not over yet.

    They begin at full steps of the clock, the first one at or before `since`.
    """
    begun = since.replace(minute=0, second=0, microsecond=0)
    at, intervals = begun + (since - begun) // step * step, []
    while at < now:
        intervals.append(_interval(stays, at, min(at + step, now)))
        at += step
    return intervals


def _interval(stays: Iterable[Stay], start: datetime, end: datetime) -> Interval:
    arrived = waiting = 0
    left = dict.fromkeys(Left, 0)
    for stay in stays:
        arrived += start <= stay.arrived_at < end
        waiting += is_waiting(stay, end)
        if stay.left is not None and stay.left_at is not None:
            left[stay.left] += start <= stay.left_at < end
    return Interval(
        start,
        arrived,
        left[Left.ANSWERED],
        left[Left.RAN_OUT],
        left[Left.GIVEN_UP],
        waiting,
    )


def is_waiting(stay: Stay, at: datetime) -> bool:
    return stay.arrived_at < at and (stay.left_at is None or stay.left_at >= at)


def mean_backlog(stays: Iterable[Stay], start: datetime, now: datetime) -> float:
    """Return how many waited on average, from every second of every stay."""
    seconds = sum(
        max(
            timedelta(), (stay.left_at or now) - max(stay.arrived_at, start)
        ).total_seconds()
        for stay in stays
    )
    return seconds / (now - start).total_seconds()


def share_run_out(
    stays: Iterable[Stay], start: datetime, now: datetime
) -> float | None:
    """Return which share of what was due to be answered since ran out instead.

    None where nothing left the queue.
    """
    left = [
        stay.left
        for stay in stays
        if stay.left_at is not None and start <= stay.left_at < now
    ]
    answered, ran_out = left.count(Left.ANSWERED), left.count(Left.RAN_OUT)
    return ran_out / (answered + ran_out) if answered + ran_out else None


def burn_rate(ran_out: float | None, objective: float) -> float | None:
    """Return how many times faster than allowed the objective's margin is used up.

    `objective`: the share to be decided in time. Source: Google, The Site Reliability
    Workbook (2018), chapter 5.
    """
    return None if ran_out is None else ran_out / (1 - objective)
