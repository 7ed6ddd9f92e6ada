"""Timing on noisy machines: the things compared take turns, medians are kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 60
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """By the clock, and the CPU time of this process, which is steadier."""

    wall_ms: float
    cpu_ms: float


def medians(
    *runs: Callable[[], object],
    rounds: int = ROUNDS,
    after: Callable[[], object] = lambda: None,
) -> list[Timing]:
    """Run each in turn, again and again; return the medians of each.

    `after` puts things back after every run, outside the timing.
    """
    for run in runs:
        for _ in range(WARM_UP):
            run()
            after()
    taken: list[list[Timing]] = [[] for _ in runs]
    for _ in range(rounds):
        for place, run in enumerate(runs):
            taken[place].append(_timed(run))
            after()
    return [_median(times) for times in taken]


def _timed(run: Callable[[], object]) -> Timing:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Timing(
        (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    )


def _median(times: list[Timing]) -> Timing:
    return Timing(
        statistics.median(timing.wall_ms for timing in times),
        statistics.median(timing.cpu_ms for timing in times),
    )
