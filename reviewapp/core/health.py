"""Whether all that is needed is alive, and how far the log's readers are behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import redis
from django.db import Error as DatabaseProblem
from django.db import connections

from reviewapp.core import signs_of_life
from reviewapp.core.lanes import LANES
from reviewapp.core.log_reading import Lag, lags

_CONNECT_WITHIN_S = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One thing the service stands on. `facts` are figures and short words."""

    ok: bool
    # Any: JSON.
    facts: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"ok": self.ok, **self.facts}


@dataclass(frozen=True, slots=True)
class Readiness:
    parts: dict[str, Part]
    readers: list[Lag]

    @property
    def ready(self) -> bool:
        return all(part.ok for part in self.parts.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "ready": self.ready,
            **{name: part.as_json() for name, part in self.parts.items()},
            "readers": [
                {
                    "name": lag.name,
                    "events_behind": lag.events,
                    "seconds_behind": round(lag.seconds, 1),
                }
                for lag in self.readers
            ],
        }


def readiness(now: datetime) -> Readiness:
    """Look at both databases, Redis, worker and beat, and the readers of the log."""
    database = _looked_at(lambda: _database("default"))
    marks = _marks()
    parts = {
        "database": database,
        "keys_database": _looked_at(lambda: _database("keys")),
        "redis": Part(True) if marks is not None else Part(False),
        "worker": _worker(marks or {}),
        "beat": _beat(marks or {}),
    }
    return Readiness(parts, _lags(now) if database.ok else [])


def _looked_at(look: Callable[[], Part]) -> Part:
    try:
        return look()
    except (psycopg.Error, DatabaseProblem) as problem:
        # The text may name hosts and roles, and this page is open to everybody.
        return Part(False, {"problem": type(problem).__name__})


def _database(alias: str) -> Part:
    """Ask over a connection of our own: the pool would wait for its own time limit."""
    parameters = connections[alias].get_connection_params()
    parameters["connect_timeout"] = _CONNECT_WITHIN_S
    with psycopg.connect(**parameters) as connection:
        connection.execute("SELECT 1")
    return Part(True)


def _marks() -> dict[str, float | None] | None:
    try:
        return signs_of_life.marks()
    except redis.RedisError:
        return None


def _worker(marks: dict[str, float | None]) -> Part:
    """Every lane must have run its task. With beat silent nothing was asked of it."""
    lanes = {lane: _seconds(marks.get(lane)) for lane in LANES}
    alive = all(_is_fresh(marks.get(lane)) for lane in lanes)
    facts: dict[str, Any] = {"seconds_since_by_lane": lanes}
    if not alive and not _is_fresh(marks.get(signs_of_life.BEAT)):
        facts["problem"] = "unknown: beat sends it nothing"
    return Part(alive, facts)


def _beat(marks: dict[str, float | None]) -> Part:
    mark = marks.get(signs_of_life.BEAT)
    return Part(_is_fresh(mark), {"seconds_since": _seconds(mark)})


def _is_fresh(mark: float | None) -> bool:
    return mark is not None and mark < signs_of_life.DEAD_AFTER_S


def _seconds(mark: float | None) -> float | None:
    return None if mark is None else round(mark, 1)


def _lags(now: datetime) -> list[Lag]:
    try:
        return lags(now)
    except DatabaseProblem:
        return []  # gone since it was asked; the next look says so
