"""Server-sent events: the log, as far as a listener may hear it, as it grows.

Each message's `id` is an opaque cursor; whoever comes back with it (`Last-Event-ID`, or
`?after=`) reads on from there, whatever process answers. Format: WHATWG HTML, 9.2.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import parse_qs

import orjson
import structlog
from django.db import Error as DatabaseProblem

from reviewapp.core.live.asgi import (
    LIVE_AFTER,
    STOPPING,
    App,
    Receive,
    Scope,
    Send,
    headers_of,
    send_problem,
    start_response,
)
from reviewapp.core.live.feeds import Channel, Feed, Message, Payload
from reviewapp.core.live.tail import Tail
from reviewapp.core.live.threads import Threads
from reviewapp.core.log_reading import is_of_this_log, read_after
from reviewapp.core.positions import Position
from reviewapp.core.problems import Overloaded, Problem
from reviewapp.core.refusals import OfFramework

BEAT_S = 15.0
# How long a listener is believed to be who they were: half of the promised minute.
RENEW_S = 30.0
# A client that takes nothing for so long is dropped; its cursor brings it back.
SLOW_S = 10.0
MOST_STREAMS = 5_000
_BATCH = 500
_HEADERS = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}
# Milliseconds after which a browser reconnects by itself.
_GREETING = b"retry: 1000\n\n"
_MISSED: Payload = {"verb": "live.missed"}
log = structlog.get_logger(__name__)


class EventStreams:
    """ASGI middleware: answers the paths of its channels, hands on all others."""

    def __init__(
        self, app: App, channels: Mapping[str, Channel], tail: Tail, threads: Threads
    ) -> None:
        self._app = app
        self._channels = channels
        self._tail = tail
        self._threads = threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = scope["type"] == "http" and self._channels.get(scope["path"])
        if not wanted:
            # Whatever a page is drawn from is at least as new: its stream reads on from
            # here, and misses nothing of what happens until it is open.
            scope[LIVE_AFTER] = self._tail.cursor
            await self._app(scope, receive, send)
            return
        try:
            feed, after = await self._admit(wanted, scope)
        except Problem as problem:
            await send_problem(send, problem)
            return
        try:
            await _Stream(feed, self._tail, self._threads, send).run(after, receive)
        finally:
            self._tail.shut(feed)

    async def _admit(
        self, channel: Channel, scope: Scope
    ) -> tuple[Feed, Position | None]:
        if scope["method"] != "GET":
            raise OfFramework(405, "A stream is read by GET.")
        if self._tail.closing:
            raise STOPPING
        if len(self._tail) >= MOST_STREAMS:
            raise Overloaded("too_many_streams", "Too many streams.", retry_after_s=5)
        after = _cursor_of(scope)
        try:
            listener = await self._threads.run(channel.admit, scope)
        except DatabaseProblem:
            raise STOPPING from None
        return await self._tail.open(channel, listener), after


class _Stream:
    """One open response."""

    def __init__(self, feed: Feed, tail: Tail, threads: Threads, send: Send) -> None:
        self._feed = feed
        self._tail = tail
        self._threads = threads
        self._send = send
        self._sent = feed.start
        self._noting: set[asyncio.Task[None]] = set()
        self._clock = asyncio.get_running_loop().time
        # Spread, so that a thousand streams opened at once are not renewed at once.
        self._renew_at = self._clock() + random.uniform(RENEW_S / 2, RENEW_S)  # noqa: S311

    async def run(self, after: Position | None, receive: Receive) -> None:
        await start_response(self._send, 200, _HEADERS)
        watch = asyncio.create_task(_end_when_gone(self._feed, receive))
        try:
            await self._write(_GREETING)
            if after is not None:
                await self._resume(after)
            await self._follow()
            await self._write(b"", last=True)
        except TimeoutError:
            log.info("live.slow_client_dropped", channel=self._feed.channel.name)
        finally:
            watch.cancel()
            await asyncio.gather(*self._noting)

    async def _resume(self, after: Position) -> None:
        """Send what the listener missed between `after` and where the feed begins."""
        if after > self._feed.start and await self._is_ahead(after):
            # A cursor of another log: this one was restored, or set up anew.
            missed = _fields(_MISSED, named=self._feed.channel.named)
            await self._write(_frame(missed, self._feed.start))
            return
        self._sent = after
        replays = self._feed.channel.replays
        while self._sent < self._feed.start and not self._feed.ended:
            messages, seen = await self._threads.run(
                _missed, self._feed, self._sent, replays
            )
            await self._send_messages(messages)
            self._sent = seen

    async def _is_ahead(self, after: Position) -> bool:
        return not await self._threads.run(is_of_this_log, after)

    async def _follow(self) -> None:
        while not self._feed.ended:
            await self._feed.wait(BEAT_S)
            await asyncio.sleep(self._feed.channel.pace_s)
            messages = self._feed.take()
            if messages:
                await self._send_messages(messages)
            else:
                await self._beat()
            if self._clock() >= self._renew_at:
                await self._renew()

    async def _send_messages(self, messages: Iterable[Message]) -> None:
        """Send what is news to this client; of equal payloads only the last."""
        unsent: dict[bytes, Message] = {}
        for message in messages:
            if message.position is not None and message.position <= self._sent:
                continue
            fields = _fields(message.payload, named=self._feed.channel.named)
            unsent.pop(fields, None)
            unsent[fields] = message
            self._sent = message.position or self._sent
        if unsent:
            frames = (_frame(fields, one.position) for fields, one in unsent.items())
            await self._write(b"".join(frames))
            self._note_told([message.payload for message in unsent.values()])

    def _note_told(self, said: list[Payload]) -> None:
        """Let those above note what was said, while the stream goes on."""
        if self._feed.listener.told is None:
            return
        task = asyncio.create_task(self._note(self._feed.listener.told, said))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _note(
        self, told: Callable[[Sequence[Payload]], None], said: list[Payload]
    ) -> None:
        try:
            await self._threads.run(told, said)
        except DatabaseProblem as problem:
            # The agent has it all the same; its next poll or its redeem shows that.
            log.warning("live.not_noted", error=type(problem).__name__)

    async def _beat(self) -> None:
        """Show life, and let the cursor follow the log while nothing concerns us."""
        self._sent = max(self._sent, self._tail.position)
        await self._write(b": beat\nid: " + self._sent.encode().encode() + b"\n\n")

    async def _renew(self) -> None:
        self._renew_at = self._clock() + RENEW_S
        try:
            listener = await self._threads.run(self._feed.listener.renew)
        except DatabaseProblem as problem:
            log.warning("live.not_renewed", error=type(problem).__name__)
            return
        if listener is None:
            self._feed.end()
        else:
            self._tail.renew(self._feed, listener)

    async def _write(self, body: bytes, *, last: bool = False) -> None:
        async with asyncio.timeout(SLOW_S):
            await self._send(
                {"type": "http.response.body", "body": body, "more_body": not last}
            )


async def _end_when_gone(feed: Feed, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    feed.end()


def _cursor_of(scope: Scope) -> Position | None:
    """Return where the client left off. Raises `Invalid` bad_cursor."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    cursor = headers_of(scope).get("last-event-id") or query.get("after", [""])[0]
    return Position.decode(cursor) if cursor else None


def _missed(
    feed: Feed, after: Position, replays: int | None
) -> tuple[list[Message], Position]:
    """Return the next messages missed and how far they reach. Runs in a thread."""
    limit = _BATCH if replays is None else replays + 1
    rows = feed.listener.rows
    events = read_after(after, limit, filters=rows, up_to=feed.start)
    if replays is not None and len(events) > replays:
        return [Message(_MISSED, feed.start)], feed.start
    topics_of, topics = feed.channel.topics_of, feed.listener.topics
    heard = [event for event in events if not topics.isdisjoint(topics_of(event))]
    payloads = feed.channel.compose(heard) if heard else {}
    messages = [
        Message(payloads[event.pk], event.position)
        for event in heard
        if event.pk in payloads
    ]
    return messages, events[-1].position if len(events) == limit else feed.start


def _fields(payload: Payload, *, named: bool) -> bytes:
    name = b"event: %s\n" % str(payload["verb"]).encode() if named else b""
    return name + b"data: %s\n" % orjson.dumps(payload)


def _frame(fields: bytes, position: Position | None) -> bytes:
    cursor = b"id: %s\n" % position.encode().encode() if position else b""
    return cursor + fields + b"\n"
