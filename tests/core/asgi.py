"""A caller of ASGI applications, for tests of what happens outside Django."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from typing import Any

from django.conf import settings

from reviewapp.core.live.hub import Hub

PATIENCE_S = 20


class Call:
    """One request to an ASGI application, running beside the test."""

    def __init__(self, app, path: str, *, method: str = "GET", headers=None) -> None:
        path, _, query = path.partition("?")
        self._scope = {
            "type": "http",
            "method": method,
            "scheme": "http",
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 50000),
            "path": path,
            "query_string": query.encode(),
            "headers": [
                (name.encode(), value.encode())
                for name, value in (headers or {}).items()
            ],
        }
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._incoming.put_nowait({"type": "http.request", "body": b""})
        self._arrived = asyncio.Event()
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.complete = False
        self.takes = asyncio.Event()
        self.takes.set()
        self.task = asyncio.ensure_future(app(self._scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        return await self._incoming.get()

    async def _send(self, message: dict[str, Any]) -> None:
        await self.takes.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode(): value.decode() for name, value in message["headers"]
            }
        else:
            self.body += message.get("body", b"")
            self.complete = not message.get("more_body", False)
        self._arrived.set()

    def disconnect(self) -> None:
        self._incoming.put_nowait({"type": "http.disconnect"})

    async def finished(self) -> Call:
        async with asyncio.timeout(PATIENCE_S):
            await self.task
        return self

    async def until(self, condition) -> Any:
        """Wait until `condition()` holds of what has arrived."""
        async with asyncio.timeout(PATIENCE_S):
            while not (result := condition()):
                self._arrived.clear()
                await self._arrived.wait()
        return result

    async def opened(self) -> Call:
        await self.until(lambda: b"retry:" in self.body)
        return self

    async def heard(self, count: int) -> list[dict[str, Any]]:
        await self.until(lambda: len(self.messages) >= count)
        return self.messages

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The payloads of the frames so far, with their cursor as `id`."""
        return [
            json.loads(fields["data"]) | {"id": fields.get("id")}
            for fields in self._frames()
            if "data" in fields
        ]

    @property
    def last_id(self) -> str:
        return [fields["id"] for fields in self._frames() if "id" in fields][-1]

    def _frames(self) -> list[dict[str, str]]:
        whole = self.body.decode().split("\n\n")[:-1]
        return [
            dict(line.split(": ", 1) for line in frame.splitlines() if ": " in line)
            for frame in whole
        ]

    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        return json.loads(self.body)


@asynccontextmanager
async def running_hub(pending_among=lambda ids: set(), redis_url: str = ""):
    """A hub that runs; what its threads did is over when it is left."""
    hub = Hub(redis_url or settings.REDIS_URL, pending_among)
    hub.start()
    try:
        yield hub
    finally:
        await hub.stop()


async def gone(*calls: Call) -> None:
    """End calls as a client does that closes its connection."""
    for call in calls:
        call.disconnect()
    for call in calls:
        with suppress(asyncio.CancelledError):
            await call.finished()
