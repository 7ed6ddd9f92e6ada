"""The hub: all that one web process keeps running for those who wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import structlog

from reviewapp.core.live.bus import Wake
from reviewapp.core.live.polls import PendingAmong, Polls
from reviewapp.core.live.subscription import follow
from reviewapp.core.live.tail import Tail
from reviewapp.core.live.threads import Threads

Run = Callable[[], Coroutine[None, None, None]]
log = structlog.get_logger(__name__)


class Hub:
    """One Redis subscription, one reader of the log, one look at those who wait."""

    def __init__(self, redis_url: str, pending_among: PendingAmong) -> None:
        self._redis_url = redis_url
        # Its own reading never queues behind a crowd at the door.
        self._desk = Threads(2, "live-desk")
        self.doors = Threads(4, "live-door")
        self.polls = Polls(pending_among, self._desk)
        self.tail = Tail(self._desk)
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._keep(self.polls.run)
        self._keep(self.tail.run)
        self._keep(lambda: follow(self._redis_url, self._heard))

    def close(self) -> None:
        """End every wait and stream, so that the server can stop at once."""
        self.polls.close()
        self.tail.close()

    async def stop(self) -> None:
        self.close()
        # More than once: redis-py swallows a cancellation while it connects.
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=0.1)
        self._desk.close()
        self.doors.close()

    def _heard(self, wake: Wake) -> None:
        self.polls.touch(wake.subject)
        self.tail.poke()
        if self.tail.is_urgent(wake):
            self._spawn(self.tail.hurry(wake))

    def _keep(self, run: Run) -> None:
        self._spawn(_forever(run))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _forever(run: Run) -> None:
    """A bug in one reader must not leave everybody waiting for good."""
    while True:
        try:
            await run()
        except Exception:
            log.exception("live.reader_failed")
        await asyncio.sleep(1)
