"""Timing on noisy machines: the things compared take turns, medians are kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

ROUNDS = 60
WARM_UP = 5


def medians_ms(
    *runs: Callable[[], object],
    rounds: int = ROUNDS,
    after: Callable[[], object] = lambda: None,
) -> list[float]:
    """Run each in turn, again and again; return the median milliseconds of each.

    `after` puts things back after every run, outside the timing.
    """
    for run in runs:
        for _ in range(WARM_UP):
            run()
            after()
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for place, run in enumerate(runs):
            start = time.perf_counter()
            run()
            taken[place].append((time.perf_counter() - start) * 1000)
            after()
    return [statistics.median(times) for times in taken]
