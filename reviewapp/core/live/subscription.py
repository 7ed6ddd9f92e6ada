"""One Redis subscription for the whole process, found again whenever it is lost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from reviewapp.core.live.bus import CHANNEL, Wake

# A connection that died without a word is found out by a ping this often.
_PING_S = 10
_LONGEST_PAUSE_S = 5.0
log = structlog.get_logger(__name__)


async def follow(url: str, heard: Callable[[Wake], None]) -> None:
    """Call `heard` for every message until cancelled."""
    failures = 0
    while True:
        try:
            async with _client(url) as redis, redis.pubsub() as channel:
                await channel.subscribe(CHANNEL)
                failures = 0
                await _listen(channel, heard)
        except (RedisError, OSError) as problem:
            if not failures:
                log.warning("live.redis_lost", error=type(problem).__name__)
            failures += 1
            await asyncio.sleep(_pause(failures))


def _client(url: str) -> Redis:
    return Redis.from_url(url, health_check_interval=_PING_S)


async def _listen(channel: PubSub, heard: Callable[[Wake], None]) -> None:
    while True:
        message = await channel.get_message(
            ignore_subscribe_messages=True, timeout=_PING_S
        )
        if message is None:
            continue
        try:
            wake = Wake.decode(message["data"])
        except (ValueError, TypeError):
            log.warning("live.message_unreadable")
        else:
            heard(wake)


def _pause(failures: int) -> float:
    longest = min(_LONGEST_PAUSE_S, 0.1 * 2**failures)
    return random.uniform(longest / 2, longest)  # noqa: S311  spreads, hides nothing
