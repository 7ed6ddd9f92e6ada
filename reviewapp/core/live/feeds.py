"""What a stream is: who listens, to which channel, and what it has yet to send."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from reviewapp.core.live.asgi import Scope
from reviewapp.core.models import Event
from reviewapp.core.positions import Position

# Any: JSON. Ids, verbs, statuses, digests; never words.
Payload = dict[str, Any]

# A stream that is this many messages behind is dropped; its cursor brings it back.
MOST_UNSENT = 1_000


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens on a stream. Made, and now and then made anew, in a thread.

    `topics` is what they hear of; `rows` narrows in SQL what they are read when they
    resume; `renew` says who they are now, or None if they may listen no more. `told`,
    where given, is called in a thread after messages were written to them; it may be
    told the same again, because whoever comes back hears some of them twice.
    """

    topics: frozenset[str]
    renew: Callable[[], Listener | None]
    rows: Q = field(default_factory=Q)
    told: Callable[[Sequence[Payload]], None] | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """One kind of stream: who may open it, what it hears of, what it says.

    `admit` and `compose` run in a thread and may read the database; `topics_of` runs in
    the event loop and may not. An event without topics is heard by nobody; `compose`
    gets the others and returns payloads by event id. Where `replays` is set, a stream
    that resumes more events back is told `live.missed` instead. What is `urgent` (a
    verb) is sent on the wake already, without a cursor, and again in its place in the
    log. Messages of `pace_s` seconds go out together, equal ones once. With `named`,
    the verb is the SSE event's name (a browser then needs a handler for each).
    """

    name: str
    admit: Callable[[Scope], Listener]
    topics_of: Callable[[Event], Collection[str]]
    compose: Callable[[Sequence[Event]], Mapping[int, Payload]]
    pace_s: float = 0.0
    replays: int | None = None
    named: bool = False
    urgent: Callable[[str], bool] = lambda verb: False


@dataclass(frozen=True, slots=True)
class Message:
    """What one stream is to be sent; without a position it moves no cursor."""

    payload: Payload
    position: Position | None


class Feed:
    """The messages one stream has yet to send. Bounded; `ended` says stop."""

    def __init__(self, channel: Channel, listener: Listener, start: Position) -> None:
        self.channel = channel
        self.listener = listener
        self.start = start
        self.ended = False
        self._unsent: deque[Message] = deque()
        self._changed = asyncio.Event()

    def put(self, message: Message) -> None:
        if len(self._unsent) >= MOST_UNSENT:
            self.end()
            return
        self._unsent.append(message)
        self._changed.set()

    def end(self) -> None:
        self.ended = True
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Return when there is something to send, the stream ended, or time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def take(self) -> list[Message]:
        """Return all that is unsent."""
        taken = list(self._unsent)
        self._unsent.clear()
        if not self.ended:
            self._changed.clear()
        return taken
