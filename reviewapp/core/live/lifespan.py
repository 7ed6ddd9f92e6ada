"""Starting and stopping with the server (ASGI lifespan), and stopping at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType

from reviewapp.core.live.asgi import App, Receive, Scope, Send
from reviewapp.core.live.hub import Hub

_Handler = Callable[[int, FrameType | None], object]
_STOPS = (signal.SIGTERM, signal.SIGINT)


class Lifespan:
    """ASGI middleware: the hub lives as long as the server serves."""

    def __init__(self, app: App, hub: Hub) -> None:
        self._app = app
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        while (message := await receive())["type"] != "lifespan.shutdown":
            if message["type"] == "lifespan.startup":
                self._hub.start()
                _close_on_signal(self._hub)
                await send({"type": "lifespan.startup.complete"})
        await self._hub.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _close_on_signal(hub: Hub) -> None:
    """End waits and streams as soon as the server is told to stop.

    The server would first wait for open responses, which never end by themselves (in a
    trial it had not stopped after 10 s), and only then speak of shutdown.
    """
    loop = asyncio.get_running_loop()
    for number in _STOPS:
        previous = signal.getsignal(number)
        if callable(previous):
            signal.signal(number, _closing(hub, loop, previous))


def _closing(hub: Hub, loop: asyncio.AbstractEventLoop, previous: _Handler) -> _Handler:
    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.close)
        previous(number, frame)

    return stop
