"""What tests share: a clock that only moves when told, a wire that can be cut."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from reviewapp_client import AsyncClient, Client, Journal
from reviewapp_client._clock import Clock

from .fake_server import FakeServer, Refusal

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FakeClock(Clock):
    def __init__(self) -> None:
        self.elapsed = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.elapsed

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)

    def pass_by(self, seconds: float) -> None:
        self.elapsed += seconds

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.elapsed += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


class Killed(BaseException):
    """The process dies here. Nothing it does afterwards reaches anybody."""


Hook = Callable[[str], None]


class Wire(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Between client and server: hooks see "POST redeem" before and after it.

    What a hook raises happens to the call: Killed, a transport error, a Refusal.
    """

    def __init__(self, server: FakeServer) -> None:
        self.server = server
        self.before: Hook = lambda call: None
        self.after: Hook = lambda call: None
        self.dead = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.dead:
            raise Killed
        path = request.url.path.removeprefix("/api/v1/").split("/")
        last = "request" if path[0] == "requests" and len(path) == 2 else path[-1]
        call = f"{request.method} {last}"
        try:
            self._meet(self.before, call)
            response = self.server.handle(request)
            self._meet(self.after, call)
        except Refusal as refusal:
            return refusal.response
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)

    def _meet(self, hook: Hook, call: str) -> None:
        try:
            hook(call)
        except Killed:
            self.dead = True
            raise


class World:
    """A server, and agents that live and die in front of it."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.server = FakeServer(on_idle=self.clock.pass_by)
        self.wire = Wire(self.server)
        self.path = folder / "agent.journal"
        self._open: list[Client | Journal] = []

    def client(self, *, journal: bool = False, **options: Any) -> Client:
        """Start an agent; one with a journal remembers what an earlier one noted."""
        client = Client(
            "http://reviewapp.test",
            "secret",
            journal=self.journal() if journal else None,
            instance="agent-1",
            transport=self.wire,
            clock=self.clock,
            **options,
        )
        self._open.append(client)
        return client

    def async_client(self, **options: Any) -> AsyncClient:
        return AsyncClient(
            "http://reviewapp.test",
            "secret",
            instance="agent-1",
            transport=self.wire,
            clock=self.clock,
            **options,
        )

    def journal(self) -> Journal:
        journal = Journal(self.path)
        self._open.append(journal)
        return journal

    def die(self) -> None:
        """End all agents as a kill does: their journals' locks are let go."""
        while self._open:
            self._open.pop().close()
        self.wire.dead = False
        self.wire.before = self.wire.after = lambda call: None
