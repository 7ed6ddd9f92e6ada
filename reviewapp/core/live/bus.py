"""Waking: after commit a small message on Redis tells every web process to look.

Redis only wakes. What is true stands in the log; whoever missed a message reads on
from their cursor. A message carries ids, never words.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from functools import cache
from typing import Self

import orjson
import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from reviewapp.core.models import Event

CHANNEL = "reviewapp:events"
# A web request pays at most this much for a Redis that hangs, and pays it rarely.
_TIMEOUT_S = 0.25
_PAUSE_S = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wake:
    """What one event says of itself on the bus."""

    id: int
    verb: str
    subject: str
    system: str
    queue: str

    @classmethod
    def of_event(cls, event: Event) -> Self:
        system = str(event.system_id) if event.system_id else ""
        queue = str(event.facts.get("queue", ""))
        return cls(event.pk, event.verb, event.subject_id, system, queue)

    @classmethod
    def decode(cls, message: bytes) -> Self:
        """Raises ValueError or TypeError for what is no message of ours."""
        return cls(**orjson.loads(message))

    def encode(self) -> bytes:
        return orjson.dumps(asdict(self))


class _Publisher:
    """Publishes, and leaves a Redis that failed alone for a moment."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, retry=Retry(NoBackoff(), 0)
        )
        self._silent_until = 0.0

    def publish(self, message: bytes) -> None:
        if time.monotonic() < self._silent_until:
            return
        try:
            self._redis.publish(CHANNEL, message)
        except redis.RedisError as problem:
            # Readers also look by themselves: this costs a second, nothing else.
            self._silent_until = time.monotonic() + _PAUSE_S
            log.warning("live.wake_failed", error=type(problem).__name__)


@cache
def _publisher() -> _Publisher:
    return _Publisher(settings.REDIS_URL)


def wake(event: Event) -> None:
    """Tell all web processes that the log has grown. A lost message loses nothing."""
    _publisher().publish(Wake.of_event(event).encode())
