"""How beat and worker prove that they live: marks on Redis, a few seconds apart.

Beat leaves its mark when it sends the task, each lane of the worker when it runs it. So
a beat that is up but sends nothing, or a worker that is up but runs nothing, counts as
dead. The marks stand on Redis because they are worth nothing a minute later.
"""

from __future__ import annotations

import time
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from reviewapp.core.lanes import LANES

SHOWN_EVERY_S = 5
# Some marks missed: a machine under load is slow, not dead.
DEAD_AFTER_S = 30
BEAT = "beat"
TASK = "core.show_life"
_KEY = "reviewapp:alive:"


def leave_mark(who: str) -> None:
    """Note that `who` is alive now. Raises redis.RedisError."""
    client().set(_KEY + who, f"{time.time():.3f}", ex=10 * DEAD_AFTER_S)


def marks() -> dict[str, float | None]:
    """Return seconds since the last mark of beat and of each lane; None: no mark.

    Raises redis.RedisError.
    """
    names = (BEAT, *LANES)
    found = client().mget([_KEY + name for name in names])
    now = time.time()
    return {
        name: max(0.0, now - float(text)) if text else None
        for name, text in zip(names, found, strict=True)
    }


@cache
def client() -> redis.Redis:
    """A client that says within a second whether Redis answers."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, retry=Retry(NoBackoff(), 0)
    )
