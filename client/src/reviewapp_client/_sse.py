"""Server-sent events (WHATWG HTML §9.2), without any IO."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from ._json import JsonValue
from ._models import Event

_RETRY = 1.0  # seconds between streams, unless the server says otherwise


@dataclass
class EventStream:
    """What is known of the stream so far: it survives a lost connection.

    Comments and unknown fields are passed over; an event without data is none.
    """

    last_id: str = ""
    retry: float = _RETRY
    _rest: bytes = b""
    _kind: str = ""
    _id: str = ""
    _data: list[str] = field(default_factory=list)

    def restart(self) -> None:
        """Forget the event a lost connection left unfinished."""
        self._rest, self._kind, self._id, self._data = b"", "", self.last_id, []

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take in bytes, wherever they were cut, and yield the events they complete."""
        for line in self._lines(chunk):
            if line:
                self._take(line)
            elif (event := self._dispatched()) is not None:
                yield event

    def _lines(self, chunk: bytes) -> list[str]:
        text = self._rest + chunk
        # A CR at the end may be half of a CRLF: it waits for the next chunk.
        held = b"\r" if text.endswith(b"\r") else b""
        whole = text.removesuffix(held) if held else text
        *lines, rest = whole.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = rest + held
        return [line.decode("utf-8", "replace") for line in lines]

    def _take(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._kind = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value) / 1000

    def _dispatched(self) -> Event | None:
        text, kind = "\n".join(self._data), self._kind or "message"
        self._kind, self._data, self.last_id = "", [], self._id
        return Event(self.last_id, kind, _json(text)) if text else None


def _json(text: str) -> JsonValue:
    try:
        return cast(JsonValue, json.loads(text))
    except ValueError:
        return text
