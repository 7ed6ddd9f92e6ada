"""Which request to take up next: apparent tardiness cost, pure. Times in seconds.

What a late answer costs, per second of a reviewer's time, decaying with the slack that
is left: far from its deadline a request waits for its turn, close to it the costly and
quick ones pass the others. Every request has a deadline, so none starves.
Source: Vepsalainen and Morton (1987).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from queues.risk import RiskClass

# How many mean reviews of slack make a request look as if it could wait.
LOOK_AHEAD = 2.0

# What a late answer costs, by class: a household's own policy may say otherwise.
WEIGHTS: dict[str, float] = {
    RiskClass.READ: 1,
    RiskClass.REVERSIBLE_WRITE: 2,
    RiskClass.IRREVERSIBLE_WRITE: 4,
    RiskClass.MONEY: 6,
    RiskClass.BROADCAST: 6,
    RiskClass.ACCESS: 8,
    RiskClass.DESTRUCTIVE: 10,
}


@dataclass(frozen=True, slots=True)
class Stake:
    """What is at stake: cost of lateness, expected review time, and the deadline."""

    weight: float
    review_s: float
    due_s: float


@dataclass(frozen=True, slots=True)
class Keys:
    """The logarithm of the cost at any time: the lesser of `early + slope * t`, `late`.

    Frozen when a request arrives: `slope` is the same for a whole queue, so neither of
    the two orders ever changes within itself.
    """

    early: float
    late: float
    slope: float

    @classmethod
    def of(
        cls, stake: Stake, mean_review_s: float, look_ahead: float = LOOK_AHEAD
    ) -> Keys:
        slope = 1 / (look_ahead * mean_review_s)
        late = log(stake.weight / stake.review_s)
        return cls(late - (stake.due_s - stake.review_s) * slope, late, slope)

    def at(self, now_s: float) -> float:
        return min(self.early + self.slope * now_s, self.late)
