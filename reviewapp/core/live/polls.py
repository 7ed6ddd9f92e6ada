"""Long polls: an agent that waits for a person's answer.

The wait happens outside Django, in the event loop alone. When it ends, the untouched
request goes on to Django, which renders the answer: one rendering path, whether anybody
waited or not.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs
from uuid import UUID

import structlog
from django.db import Error as DatabaseProblem
from prometheus_client import Gauge

from reviewapp.core.live.asgi import (
    STOPPING,
    App,
    Receive,
    Replay,
    Scope,
    Send,
    headers_of,
    send_problem,
)
from reviewapp.core.live.threads import Threads
from reviewapp.core.problems import Problem

LONGEST_WAIT_S = 120
# The bus only makes it prompt: each wait is also looked after this often.
LOOK_EVERY_S = 1.0
# Beyond this many a process answers at once, without waiting.
MOST_WAITING = 5_000
# Ended waits that Django renders at the same time; pages go first.
RENDERED_AT_ONCE = 8

MayWait = Callable[[Mapping[str, str], UUID], bool]
PendingAmong = Callable[[Collection[UUID]], set[UUID]]

WAITING = Gauge(
    "reviewapp_waiting_polls",
    "Agents waiting for a decision by long poll",
    multiprocess_mode="livesum",
)
log = structlog.get_logger(__name__)


class Polls:
    """The waits of one process, and the one query that ends them."""

    def __init__(self, pending_among: PendingAmong, threads: Threads) -> None:
        self._pending_among = pending_among
        self._threads = threads
        self._waits: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._touched: set[UUID] = set()
        self._poked = asyncio.Event()
        self.closing = False

    def __len__(self) -> int:
        return sum(map(len, self._waits.values()))

    @contextmanager
    def wait_for(self, ask_id: UUID) -> Iterator[asyncio.Event]:
        """Give an event that is set as soon as the request is no longer pending."""
        ended = asyncio.Event()
        self._waits[ask_id].add(ended)
        WAITING.inc()
        try:
            yield ended
        finally:
            WAITING.dec()
            self._waits[ask_id].discard(ended)
            if not self._waits[ask_id]:
                del self._waits[ask_id]

    def touch(self, subject: str) -> None:
        """Something happened to `subject`; look now if anybody waits for it."""
        try:
            ask_id = UUID(subject)
        except ValueError:
            return
        if ask_id in self._waits:
            self._touched.add(ask_id)
            self._poked.set()

    async def run(self) -> None:
        """End waits until cancelled; touched ones at once, all of them now and then."""
        clock = asyncio.get_running_loop().time
        look_at = clock() + LOOK_EVERY_S
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(look_at):
                    await self._poked.wait()
            asked = set(self._touched)
            if clock() >= look_at:
                asked, look_at = set(self._waits), clock() + LOOK_EVERY_S
            self._poked.clear()
            self._touched.clear()
            await self._end_decided(asked)

    def close(self) -> None:
        """End all waits: the process is stopping."""
        self.closing = True
        self._end(set(self._waits))

    async def _end_decided(self, asked: set[UUID]) -> None:
        if not asked:
            return
        try:
            pending = await self._threads.run(self._pending_among, asked)
        except DatabaseProblem as problem:
            log.warning("live.polls_unread", error=type(problem).__name__)
            return
        self._end(asked - pending)

    def _end(self, ask_ids: set[UUID]) -> None:
        for ask_id in ask_ids:
            for ended in self._waits.get(ask_id, ()):
                ended.set()


class HoldForDecision:
    """ASGI middleware: holds `GET /api/v1/requests/<id>?wait=N` while it is pending."""

    _PATH = re.compile(
        r"/api/v1/requests/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    )

    def __init__(
        self, app: App, polls: Polls, may_wait: MayWait, threads: Threads
    ) -> None:
        self._app = app
        self._polls = polls
        self._may_wait = may_wait
        self._threads = threads
        self._turns = asyncio.Semaphore(RENDERED_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = self._wanted(scope)
        if wanted is None or len(self._polls) >= MOST_WAITING:
            await self._app(scope, receive, send)
        else:
            await self._hold(*wanted, scope, Replay(receive), send)

    def _wanted(self, scope: Scope) -> tuple[UUID, int] | None:
        """Return what to wait for and how long; None leaves the answer to Django."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path = self._PATH.fullmatch(scope["path"])
        wait = parse_qs(scope["query_string"].decode("latin-1")).get("wait", [])
        if path is None or len(wait) != 1 or not re.fullmatch(r"[0-9]{1,3}", wait[0]):
            return None
        seconds = int(wait[0])
        return (UUID(path[1]), seconds) if 0 < seconds <= LONGEST_WAIT_S else None

    async def _hold(
        self, ask_id: UUID, seconds: int, scope: Scope, receive: Replay, send: Send
    ) -> None:
        # Listening begins before the look, or a decision in between would be missed.
        with self._polls.wait_for(ask_id) as ended:
            if await self._admitted(scope, ask_id):
                await receive.until(ended, seconds)
        if receive.gone:
            return
        if self._polls.closing:
            receive.close()
            await send_problem(send, STOPPING)
            return
        async with self._turns:
            await self._app(scope, receive, send)

    async def _admitted(self, scope: Scope, ask_id: UUID) -> bool:
        try:
            return await self._threads.run(self._may_wait, headers_of(scope), ask_id)
        except (Problem, DatabaseProblem):
            return False  # Django meets the same and says so in its own words
