"""How much waits to be digested: asked at every export, so asked of memory mostly."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone

from reviewapp.core.problems import Overloaded
from traces.models import Batch

_KNOWN_FOR_S = 1.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Batches that wait, the bytes they had in clear, and the age of the oldest."""

    batches: int = 0
    bytes: int = 0
    oldest_s: float = 0.0

    @property
    def pressure(self) -> float:
        """Where 1 is reached nothing more is taken in."""
        by_number: float = self.batches / settings.INGEST_MOST_WAITING
        by_size: float = self.bytes / settings.INGEST_MOST_WAITING_BYTES
        by_age: float = self.oldest_s / settings.INGEST_OLDEST_WAITING_S
        return max(by_number, by_size, by_age)


def backlog() -> Backlog:
    """Look at the outbox."""
    waiting = Batch.objects.in_order()
    # What its workers die of waits longer, and says nothing of how busy they are.
    tried = waiting.filter(attempts__lte=1).values_list("waiting_since", flat=True)
    oldest = tried.first() or timezone.now()
    # No more than three times the limit is told apart (refuse_under_pressure).
    counted = waiting[: 3 * settings.INGEST_MOST_WAITING]
    figures = counted.aggregate(batches=Count("pk"), bytes=Sum("bytes", default=0))
    return Backlog(**figures, oldest_s=(timezone.now() - oldest).total_seconds())


class RecentBacklog:
    """The backlog as of at most a second ago. One thread asks, the others go by what
    was known before: under pressure a crowd must not ask the same of the database.
    """

    def __init__(self, ask: Callable[[], Backlog] = backlog) -> None:
        self._ask = ask
        self._lock = Lock()
        self._known = Backlog()
        self._until = 0.0

    def __call__(self) -> Backlog:
        if time.monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                self._known = self._ask()
                self._until = time.monotonic() + _KNOWN_FOR_S
            finally:
                self._lock.release()
        return self._known

    def forget(self) -> None:
        """Ask anew at the next call."""
        self._until = 0.0


recent_backlog = RecentBacklog()


def refuse_under_pressure() -> None:
    """Raise Overloaded while too much waits, or waits too long.

    Never 429, nor more than 3 s: exporters drop a batch for either (docs/otlp.md).
    """
    pressure = recent_backlog().pressure
    if pressure >= 1:
        raise Overloaded(
            "backlog_full",
            "More traces wait to be digested than may wait; send this again.",
            retry_after_s=min(3, int(pressure)),
        )
