"""How many reviewers a queue needs: queueing theory, pure.

Requests arrive at random, a review takes an exponential time, and a request that nobody
answers in time leaves by itself. Rates are per second, times in seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Beyond it nobody staffs a queue; the search ends.
MOST_REVIEWERS = 500
# What is left out of the sum over all lengths of the queue.
_NEGLIGIBLE = 1e-12
_LARGE = 1e200


@dataclass(frozen=True, slots=True)
class Load:
    """What a queue is given: requests a second, and seconds each.

    `patience_s`: how long a request waits before it runs out.
    """

    arrivals: float
    review_s: float
    patience_s: float

    @property
    def offered(self) -> float:
        """Reviewers that would be busy all the time if nothing ran out (erlangs)."""
        return self.arrivals * self.review_s


@dataclass(frozen=True, slots=True)
class Forecast:
    """What so many reviewers make of a load, in the long run.

    `waiting`: the share that finds nobody free. `expiring`: the share that runs out.
    `wait_s`: the mean wait of all, answered or not.
    """

    reviewers: int
    waiting: float
    expiring: float
    wait_s: float


def erlang_a(load: Load, reviewers: int) -> Forecast:
    """Return the forecast with requests that run out after a while (M/M/c+M).

    Exact, from the birth-death chain of the number in the queue. Source: Palm (1957);
    Garnett, Mandelbaum and Reiman (2002).
    """
    if not load.arrivals:
        return Forecast(reviewers, 0.0, 0.0, 0.0)
    total = busy = queued = 0.0
    for present, weight, scale in _chain(load, reviewers):
        total, busy, queued = total * scale, busy * scale, queued * scale
        total += weight
        if present >= reviewers:
            busy += weight
            queued += (present - reviewers) * weight
    length = queued / total
    return Forecast(
        reviewers,
        waiting=busy / total,
        expiring=length / load.patience_s / load.arrivals,
        wait_s=length / load.arrivals,
    )


def _chain(load: Load, reviewers: int) -> Iterator[tuple[int, float, float]]:
    """Yield how many are there, with their weight, until the rest is negligible.

    The third figure scales what was summed before: weights are kept small enough.
    """
    present, weight, total = 0, 1.0, 1.0
    yield present, weight, 1.0
    while True:
        present += 1
        leaving = min(present, reviewers) / load.review_s
        leaving += max(0, present - reviewers) / load.patience_s
        ratio = load.arrivals / leaving
        weight, scale = weight * ratio, 1.0
        if weight > _LARGE:
            scale, weight, total = 1 / weight, 1.0, total / weight
        total += weight
        yield present, weight, scale
        if ratio < 1 and weight / (1 - ratio) < _NEGLIGIBLE * total:
            return


def reviewers_needed(load: Load, expiring: float) -> Forecast | None:
    """Return the forecast of the fewest reviewers under whom no more runs out.

    None if even `MOST_REVIEWERS` are too few.
    """
    low, high = 0, 1
    while high < MOST_REVIEWERS and erlang_a(load, high).expiring > expiring:
        low, high = high, min(2 * high, MOST_REVIEWERS)
    while high - low > 1:
        middle = (low + high) // 2
        if erlang_a(load, middle).expiring > expiring:
            low = middle
        else:
            high = middle
    found = erlang_a(load, high)
    return found if found.expiring <= expiring else None


def backlog_expected(arrivals: float, stay_s: float) -> float:
    """Return the mean number in a queue by its arrivals and mean stay (Little 1961)."""
    return arrivals * stay_s


def late_among(left_s: Sequence[float], reviewers: int, review_s: float) -> int:
    """Return how many of those that wait run out, the most pressing taken first.

    `left_s`: seconds each has left. Nobody else comes, and nobody does anything else.
    """
    late = taken = 0
    for left in sorted(left_s):
        starts = taken // reviewers * review_s if reviewers else float("inf")
        if starts + review_s > left:
            late += 1
        else:
            taken += 1
    return late


def arrivals_between(arrived: int, seconds: float) -> tuple[float, float]:
    """Return between which rates a second the true one is, 19 times of 20.

    By the normal approximation of the Poisson distribution, widened for small numbers
    (Vandenbroucke 1982, of square roots).
    """
    root = arrived**0.5
    return max(0.0, root - 0.98) ** 2 / seconds, (root + 0.98) ** 2 / seconds


def drain_s(load: Load, reviewers: int, backlog: int) -> float | None:
    """Return how long so many reviewers take to work off a backlog; None: they cannot.

    Without those that run out meanwhile, which nobody wants to count on.
    """
    spare = reviewers / load.review_s - load.arrivals
    return backlog / spare if spare > 0 else None
