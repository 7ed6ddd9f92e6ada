"""Time for runs: as it goes by, or as it went by some days ago."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Protocol

_NS = 1_000_000_000


class Clock(Protocol):
    def now_ns(self) -> int: ...

    def spend(self, seconds: float) -> None: ...


class LiveClock:
    def now_ns(self) -> int:
        return time.time_ns()

    def spend(self, seconds: float) -> None:
        time.sleep(seconds)


class PastClock:
    """Runs from a moment in the past, as fast as it is told."""

    def __init__(self, start: datetime) -> None:
        self._at_ns = round(start.timestamp()) * _NS

    def now_ns(self) -> int:
        return self._at_ns

    def spend(self, seconds: float) -> None:
        self._at_ns += round(seconds * _NS)
