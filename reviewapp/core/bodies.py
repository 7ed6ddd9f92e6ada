"""A cap on bodies, before anything keeps them.

Django spools a body to disk whole before a view looks at its length, so without this
anybody could fill the disk. What a call may carry is said elsewhere and is far less
(docs/api.md); this is only where reading ends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from reviewapp.core.live.asgi import (
    App,
    Message,
    Receive,
    Scope,
    Send,
    headers_of,
    send_problem,
)
from reviewapp.core.problems import Problem, TooLarge

MOST_BYTES = 16 * 1024 * 1024
Refuse = Callable[[Scope, Send, Problem], Awaitable[None]]


class _Unread(TooLarge):
    """What is left of the body stays unread, so the connection ends with the answer."""

    def __init__(self) -> None:
        super().__init__("too_large", "The body is too large; it was not read.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Connection": "close"}


class _Exceeded(Exception):
    """More came than may come."""


async def _refuse(scope: Scope, send: Send, problem: Problem) -> None:
    await send_problem(send, problem)


class CapBodies:
    """Answer 413 where a body is announced, or turns out, to pass the cap.

    `refuse` answers where callers read something else than problem+json.

    Stands around Django alone, which answers only once the body is there: who waits or
    streams keeps nothing of a body.
    """

    def __init__(
        self, app: App, most: int = MOST_BYTES, refuse: Refuse = _refuse
    ) -> None:
        self._app = app
        self._most = most
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _announced(headers_of(scope)) > self._most:
            await self._refuse(scope, send, _Unread())
        else:
            await self._read(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = _Counted(receive, self._most)
        try:
            await self._app(scope, counted, send)
        except _Exceeded:
            await self._refuse(scope, send, _Unread())


class ForPath:
    """One application for the paths that begin so, another for all others."""

    def __init__(self, prefix: str, app: App, others: App) -> None:
        self._prefix = prefix
        self._app = app
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begins_so = scope.get("path", "").startswith(self._prefix)
        await (self._app if begins_so else self._others)(scope, receive, send)


class _Counted:
    """A `receive` that ends in `_Exceeded` when more than `most` bytes have come."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise _Exceeded
        return message


def _announced(headers: Mapping[str, str]) -> int:
    """Return the length a body is said to have; 0 where it is streamed, or nonsense."""
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
