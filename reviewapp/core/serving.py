"""Django behind ASGI: each request whole in one thread, of a few that stay.

Django's own handler makes a thread for every request, and goes back and forth between
it and the event loop for each middleware, fifteen times here. Nothing of ours in Django
is asynchronous (who waits does so outside it, see `reviewapp.core.live`), so a request
is read in the event loop, answered in a thread and sent from the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context
from typing import IO, cast

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http.response import FileResponse, HttpResponseBase
from django.urls import set_script_prefix

from reviewapp.core.live.asgi import Receive, Scope, Send


class ThreadedHandler(ASGIHandler):
    """Answers with `threads` at a time; whoever comes then waits for one.

    More threads than pooled connections would only wait for those instead.
    """

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="django")

    def load_middleware(self, is_async: bool = False) -> None:
        """Load it for threads, whatever ASGIHandler asks for."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"Django answers HTTP, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with closing(body):
            # What a request binds (log context, time zone) ends with its context.
            answer = copy_context().run
            loop = asyncio.get_running_loop()
            response = await loop.run_in_executor(
                self._threads, answer, self._respond, scope, body
            )
            await self._send(response, send)

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        response = self._answer(scope, body)
        # Named as the sender of the signal that ends the request.
        setattr(response, "_handler_class", type(self))  # noqa: B010  no such type
        if isinstance(response, FileResponse):
            _read(response)
        # Now, so that connections go back before a slow client has read its answer.
        if response.streaming:
            close_old_connections()
        else:
            response.close()
        return response

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        request, refusal = self.create_request(scope, body)
        if request is not None:
            return self.get_response(request)
        return cast(HttpResponseBase, refusal)

    async def _send(self, response: HttpResponseBase, send: Send) -> None:
        if not response.streaming:
            await self.send_response(response, send)
            return
        async with ThreadSensitiveContext():
            try:
                await self.send_response(response, send)
            finally:
                await sync_to_async(response.close)()


def _read(response: FileResponse) -> None:
    """Read a file here: the event loop would hand each part back to a thread."""
    parts = list(response)

    async def send() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    response.streaming_content = send()
