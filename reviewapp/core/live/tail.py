"""One reader of the log per process, that hands out to all its streams."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

import structlog
from django.db import Error as DatabaseProblem
from prometheus_client import Gauge

from reviewapp.core.live.bus import Wake
from reviewapp.core.live.feeds import Channel, Feed, Listener, Message, Payload
from reviewapp.core.live.threads import Threads
from reviewapp.core.log_reading import is_of_this_log, newest_position, read_after
from reviewapp.core.models import Event
from reviewapp.core.positions import Position
from reviewapp.core.services.epochs import start_epoch

# The bus only makes it prompt: the log is also looked at this often.
LOOK_EVERY_S = 1.0
# In a rush each event would cost a reading of its own; what comes in between is read
# together. The first after a quiet moment is told at once.
_READ_AT_MOST_EVERY_S = 0.05
_BATCH = 500

STREAMS = Gauge(
    "reviewapp_event_streams",
    "Open server-sent event streams",
    ["channel"],
    multiprocess_mode="livesum",
)
log = structlog.get_logger(__name__)


class Tail:
    """The log's end, and the feeds that hear of it: by channel and topic."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._open: set[Feed] = set()
        self._feeds: dict[Channel, dict[str, set[Feed]]] = {}
        self._position: Position | None = None
        self._ready = asyncio.Event()
        self._poked = asyncio.Event()
        self.closing = False

    @property
    def position(self) -> Position:
        """How far the log has been handed out to the feeds."""
        if self._position is None:
            raise RuntimeError("The tail has not begun to read.")
        return self._position

    @property
    def cursor(self) -> str:
        """The same as a cursor; empty before the first reading."""
        return self._position.encode() if self._position else ""

    def __len__(self) -> int:
        return len(self._open)

    async def open(self, channel: Channel, listener: Listener) -> Feed:
        """Register a stream. It hears of everything after `feed.start`."""
        await self._ready.wait()
        feed = Feed(channel, listener, self.position)
        if self.closing:
            feed.end()
        self._open.add(feed)
        self._register(feed)
        STREAMS.labels(channel.name).inc()
        return feed

    def shut(self, feed: Feed) -> None:
        self._open.discard(feed)
        self._forget(feed)
        STREAMS.labels(feed.channel.name).dec()

    def renew(self, feed: Feed, listener: Listener) -> None:
        """Let a stream listen as who it is now."""
        self._forget(feed)
        feed.listener = listener
        self._register(feed)

    def poke(self) -> None:
        """There is something new to read."""
        self._poked.set()

    def close(self) -> None:
        """End all streams: the process is stopping."""
        self.closing = True
        for feed in self._open:
            feed.end()

    async def run(self) -> None:
        """Read on until cancelled: when poked, and by itself every second."""
        while True:
            try:
                await self._read_on()
            except DatabaseProblem as problem:
                log.warning("live.log_unread", error=type(problem).__name__)
            await asyncio.sleep(_READ_AT_MOST_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._poked.wait()
            self._poked.clear()

    def is_urgent(self, wake: Wake) -> bool:
        return any(channel.urgent(wake.verb) for channel in self._feeds)

    async def hurry(self, wake: Wake) -> None:
        """Send what is urgent before the log catches up, which repeats it later."""
        urgent = [channel for channel in self._feeds if channel.urgent(wake.verb)]
        try:
            events = await self._threads.run(_events_of, wake.id)
            composed = await self._composed(events, urgent)
        except DatabaseProblem as problem:
            log.warning("live.hurry_failed", error=type(problem).__name__)
            return
        self._hand_out(events, composed, placed=False)

    async def _read_on(self) -> None:
        if self._position is None:
            self._position = await self._threads.run(_begin)
            self._ready.set()
        if not await self._read_news():
            await self._notice_another_log()

    async def _read_news(self) -> bool:
        """Hand out what is new; return whether anything was."""
        begun_at = self.position
        while events := await self._threads.run(read_after, self.position, _BATCH):
            payloads = await self._composed(events, self._feeds)
            # From here on nothing lets go of the event loop: a stream that opens hears
            # of a batch either through this or by reading it itself.
            self._hand_out(events, payloads, placed=True)
            self._position = events[-1].position
            if len(events) < _BATCH:
                break
        return self.position != begun_at

    async def _notice_another_log(self) -> None:
        """Begin anew where the log is another: a dump restored under a running process.

        Streams end; their clients come back, and read on or are told that they missed
        something.
        """
        if await self._threads.run(is_of_this_log, self.position):
            return
        log.warning("live.log_replaced")
        self._position = await self._threads.run(newest_position)
        for feed in self._open:
            feed.end()

    async def _composed(
        self, events: Sequence[Event], channels: Collection[Channel]
    ) -> dict[Channel, Mapping[int, Payload]]:
        """Return what each channel with a listener says of the events.

        A stream may open on another channel while one composes; so ask again.
        """
        composed: dict[Channel, Mapping[int, Payload]] = {}
        while missing := [one for one in channels if one not in composed]:
            heard = [event for event in events if missing[0].topics_of(event)]
            composed[missing[0]] = (
                await self._threads.run(missing[0].compose, heard) if heard else {}
            )
        return composed

    def _hand_out(
        self,
        events: Sequence[Event],
        composed: Mapping[Channel, Mapping[int, Payload]],
        *,
        placed: bool,
    ) -> None:
        for event in events:
            for channel, payloads in composed.items():
                if (payload := payloads.get(event.pk)) is None:
                    continue
                message = Message(payload, event.position if placed else None)
                for feed in self._hearing(channel, event):
                    feed.put(message)

    def _hearing(self, channel: Channel, event: Event) -> set[Feed]:
        by_topic = self._feeds.get(channel, {})
        topics = channel.topics_of(event)
        return set().union(*(by_topic.get(topic, ()) for topic in topics))

    def _register(self, feed: Feed) -> None:
        by_topic = self._feeds.setdefault(feed.channel, {})
        for topic in feed.listener.topics:
            by_topic.setdefault(topic, set()).add(feed)

    def _forget(self, feed: Feed) -> None:
        by_topic = self._feeds.get(feed.channel, {})
        for topic in feed.listener.topics & by_topic.keys():
            by_topic[topic].discard(feed)
            if not by_topic[topic]:
                del by_topic[topic]
        if not by_topic:
            self._feeds.pop(feed.channel, None)


def _begin() -> Position:
    start_epoch()
    return newest_position()


def _events_of(event_id: int) -> list[Event]:
    return list(Event.objects.filter(pk=event_id))
