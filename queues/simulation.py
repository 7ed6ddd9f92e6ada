"""A queue played through in another order: discrete events, seeded, pure.

The same requests meet the same reviewers under each order, so what differs is the
order's doing. Times in seconds from the first arrival on.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import log

from queues.first_policy import FIRST_POLICY
from queues.priority import WEIGHTS, Keys, Stake


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request: when it came, how long its review takes, and by when it runs out."""

    number: int
    at_s: float
    risk_class: str
    review_s: float
    patience_s: float
    # By the policy's head start, as the queue is ordered today.
    head_start_s: float = 0.0

    @property
    def due_s(self) -> float:
        return self.at_s + self.patience_s

    @property
    def weight(self) -> float:
        return WEIGHTS[self.risk_class]


# From the time and the mean review to what is taken first: the least.
Order = Callable[[Arrival, float, float], float]

ORDERS: dict[str, Order] = {
    "first come, first served": lambda one, now, mean: one.at_s,
    "earliest deadline": lambda one, now, mean: one.due_s,
    "deadline with head start": lambda one, now, mean: one.due_s - one.head_start_s,
    "tardiness cost": lambda one, now, mean: (
        -Keys.of(Stake(one.weight, one.review_s, one.due_s), mean).at(now)
    ),
}


@dataclass(slots=True)
class Played:
    """What came of it. An expired request is tardy until the end of the play."""

    order: str
    answered: int = 0
    expired: Counter[str] = field(default_factory=Counter)
    weighted_tardiness: float = 0.0
    inversions: int = 0
    inversion_s: float = 0.0
    waits: list[float] = field(default_factory=list)


def play(
    arrivals: Sequence[Arrival], reviewers: int, order: str, *, late_counts: bool = True
) -> Played:
    """Play requests through a queue with so many reviewers.

    A request whose review would end after its deadline takes its reviewer up to then
    and expires; with `late_counts` False one that was taken up in time is answered.
    """
    came = sorted(arrivals, key=lambda one: (one.at_s, one.number))
    horizon = max((one.due_s for one in came), default=0.0)
    mean = sum(one.review_s for one in came) / max(1, len(came))
    played, place = Played(order), 0
    waiting: list[Arrival] = []
    free = [0.0] * reviewers
    heapify(free)
    while place < len(came) or waiting:
        now = heappop(free)
        if not waiting and place < len(came):
            now = max(now, came[place].at_s)
        while place < len(came) and came[place].at_s <= now:
            waiting.append(came[place])
            place += 1
        waiting = list(_still_waiting(waiting, now, horizon, played))
        if not waiting:
            heappush(free, now)
            continue
        one = min(waiting, key=lambda one: (ORDERS[order](one, now, mean), one.number))
        waiting.remove(one)
        _note_inversion(played, one, waiting, now)
        heappush(free, _review(played, one, now, horizon, late_counts=late_counts))
    return played


def _still_waiting(
    waiting: Iterable[Arrival], now: float, horizon: float, played: Played
) -> Iterator[Arrival]:
    for one in waiting:
        if one.due_s <= now:
            _expire(played, one, horizon)
        else:
            yield one


def _review(
    played: Played, one: Arrival, now: float, horizon: float, *, late_counts: bool
) -> float:
    """Return when the reviewer is free again."""
    end = now + one.review_s
    if late_counts and end > one.due_s:
        _expire(played, one, horizon)
        return one.due_s
    played.answered += 1
    played.waits.append(now - one.at_s)
    return end


def _expire(played: Played, one: Arrival, horizon: float) -> None:
    played.expired[one.risk_class] += 1
    played.weighted_tardiness += one.weight * (horizon - one.due_s)


def _note_inversion(
    played: Played, one: Arrival, waiting: Sequence[Arrival], now: float
) -> None:
    """Note for how long something weightier waited behind what is taken up now."""
    weightier = [other for other in waiting if other.weight > one.weight]
    if weightier:
        played.inversions += 1
        last = max(other.due_s for other in weightier)
        played.inversion_s += min(one.review_s, last - now)


# Of a hundred requests so many are of each class, with the mean seconds of a review.
_MIX = {
    "read": (10, 20.0),
    "reversible_write": (40, 40.0),
    "irreversible_write": (25, 60.0),
    "money": (15, 90.0),
    "access": (6, 80.0),
    "destructive": (4, 120.0),
}
_SPREAD = 0.6
# Agents that somebody waits for give minutes, nightly work gives hours.
_PATIENCES = ((0.5, 300.0), (0.3, 900.0), (0.2, 7200.0))


def invent(how_many: int, reviewers: int, load: float, seed: int) -> list[Arrival]:
    """Return arrivals at random that keep so many reviewers busy to `load`."""
    dice = random.Random(seed)  # noqa: S311  a play, no secret
    classes, shares = list(_MIX), [share for share, _ in _MIX.values()]
    mean = sum(share * review for share, review in _MIX.values()) / sum(shares)
    now, arrivals = 0.0, []
    for number in range(how_many):
        now += dice.expovariate(load * reviewers / mean)
        risk_class = dice.choices(classes, shares)[0]
        review = _MIX[risk_class][1]
        patience = dice.choices(
            [one for _, one in _PATIENCES], [share for share, _ in _PATIENCES]
        )[0]
        arrivals.append(
            Arrival(
                number,
                now,
                risk_class,
                dice.lognormvariate(log(review) - _SPREAD**2 / 2, _SPREAD),
                patience * dice.uniform(0.5, 1.5),
                FIRST_POLICY["classes"][risk_class].get("head_start_s", 0),
            )
        )
    return arrivals
