"""The little of ASGI that the live doors need."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from reviewapp.core.problems import Overloaded, Problem

# Any: ASGI's messages are dictionaries of mixed values.
Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

STOPPING = Overloaded(
    "stopping", "This server is being restarted; ask again.", retry_after_s=1
)
# Where the scope says how far the log had been read when the request came.
LIVE_AFTER = "reviewapp.live_after"
# A wait is for requests without a body; one that keeps sending is not waited for.
_MOST_KEPT = 16


def headers_of(scope: Scope) -> dict[str, str]:
    """Return the request's headers by lower-case name."""
    return {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in scope["headers"]
    }


async def send_problem(send: Send, problem: Problem) -> None:
    """Answer with problem+json, as the API would."""
    body = orjson.dumps(problem.as_json())
    headers = {
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **problem.headers,
    }
    await start_response(send, problem.status, headers)
    await send({"type": "http.response.body", "body": body})


async def start_response(send: Send, status: int, headers: dict[str, str]) -> None:
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


class Replay:
    """A `receive` that can be listened to for a while and then be handed on untouched.

    Whatever arrived meanwhile is given out again, in order.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._arrived: list[Message] = []
        self._next: asyncio.Future[Message] | None = None
        self.gone = False

    async def __call__(self) -> Message:
        if self._arrived:
            return self._arrived.pop(0)
        if self._next is not None:
            coming, self._next = self._next, None
            return await coming
        return await self._receive()

    def close(self) -> None:
        """Listen no more."""
        if self._next is not None:
            self._next.cancel()

    async def until(self, ended: asyncio.Event, seconds: float) -> None:
        """Return when `ended` is set, the time is over, or the caller has gone."""
        over = asyncio.ensure_future(ended.wait())
        try:
            async with asyncio.timeout(seconds):
                while not (over.done() or self.gone or self._crowded):
                    await self._listen(over)
        except TimeoutError:
            pass  # the time is over, which is one of the three ways to return
        finally:
            over.cancel()

    @property
    def _crowded(self) -> bool:
        return len(self._arrived) > _MOST_KEPT

    async def _listen(self, over: asyncio.Future[Any]) -> None:
        if self._next is None:
            self._next = asyncio.ensure_future(self._receive())
        await asyncio.wait({self._next, over}, return_when=asyncio.FIRST_COMPLETED)
        if self._next.done():
            message, self._next = self._next.result(), None
            self._arrived.append(message)
            self.gone = message["type"] == "http.disconnect"
