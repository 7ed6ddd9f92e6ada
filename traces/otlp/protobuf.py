"""Protobuf bodies as messages, piece by piece.

A parser takes a body whole or not at all: one letter that is no UTF-8, or one value
nested a hundred deep, and the sound spans beside it are gone too. And two bytes of a
body can become a hundred of memory. So a body is taken apart by hand down to its spans
(2 µs each), which are counted, weighed, and parsed each alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from google.protobuf.message import DecodeError, Message

from reviewapp.core.problems import TooLarge
from traces.otlp.checks import MIB, MOST_ITEM_BYTES, MOST_ITEMS
from traces.otlp.fields import fields
from traces.otlp.rejections import Rejection
from traces.otlp.wire import BadBody, Layout

# Any: generated messages, whose fields differ by signal.
Request = Any

# Far more than one may send, so counting what is too many ends as well.
_MOST_PIECES = 20 * MOST_ITEMS
_UNREADABLE = "it cannot be read: text that is no UTF-8, or values nested too deep"
# Numbers of the ids in a Span and in a LogRecord.
_SPAN_ID_FIELDS = {"spans": 2, "log_records": 10}
# Exporters write fields by number; what is rejected may be large and is not read whole.
_ID_AMONG_FIRST = 200


@dataclass(slots=True)
class Parsed:
    """A request without what was rejected on the way. `sizes` in bytes are those of
    its items, in their order.
    """

    request: Request
    rejected: list[Rejection] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


def parse_body(body: bytes, layout: Layout) -> Parsed:
    """Parse a body. Raises BadBody if it is none, TooLarge for far too many items."""
    return _Pieces(layout).taken(body)


class _Pieces:
    """One body taken apart: resources, their scopes, their items."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._parsed = Parsed(layout.request())
        self._left = _MOST_PIECES

    def taken(self, body: bytes) -> Parsed:
        resources, rest = self._split(memoryview(body), 1)
        if rest and not resources:
            raise BadBody("The body is some other message than an export.")
        into = getattr(self._parsed.request, self._layout.resources)
        for resource in resources:
            self._take_resource(into, resource)
        return self._parsed

    def _take_resource(self, into: Any, contents: memoryview) -> None:
        scopes, rest = self._split(contents, 2)
        message = _merged(into.add(), rest)
        for scope in scopes:
            self._take_scope(message, scope)

    def _take_scope(self, resource: Message | None, contents: memoryview) -> None:
        items, rest = self._split(contents, 2)
        if resource is not None:
            message = _merged(getattr(resource, self._layout.scopes).add(), rest)
        else:
            message = None
        for item in items:
            self._take_item(message, item)

    def _take_item(self, scope: Message | None, contents: memoryview) -> None:
        if scope is None:
            self._reject(contents, "its resource or scope cannot be read")
        elif len(self._parsed.sizes) >= MOST_ITEMS:
            self._reject(contents, f"more than {MOST_ITEMS} in one request")
        elif len(contents) > MOST_ITEM_BYTES:
            self._reject(contents, f"it has more than {MOST_ITEM_BYTES // MIB} MiB")
        else:
            self._parse_item(getattr(scope, self._layout.items), contents)

    def _parse_item(self, into: Any, contents: memoryview) -> None:
        try:
            into.add().MergeFromString(contents)
        except DecodeError:
            del into[-1]
            self._reject(contents, _UNREADABLE)
        else:
            self._parsed.sizes.append(len(contents))

    def _reject(self, contents: memoryview, reason: str) -> None:
        span_id = _id_in(contents, _SPAN_ID_FIELDS[self._layout.items])
        self._parsed.rejected.append(Rejection(span_id, reason))

    def _split(
        self, contents: memoryview, number: int
    ) -> tuple[list[memoryview], list[memoryview]]:
        """Return the messages of one field, and the other fields as they are."""
        below, rest = [], []
        for at, whole, inner in fields(contents):
            self._left -= 1
            if self._left < 0:
                raise TooLarge("too_large", "The request has far too many items.")
            if at == number:
                below.append(inner)
            else:
                rest.append(whole)
        return below, rest


def _id_in(contents: memoryview, number: int) -> bytes:
    """Return the id among the first fields of an item, if it can be found."""
    try:
        for at, _, inner in islice(fields(contents), _ID_AMONG_FIRST):
            if at == number:
                return bytes(inner)
    except BadBody:
        pass  # torn inside: rejected without its id
    return b""


def _merged(message: Message, parts: list[memoryview]) -> Message | None:
    """Return the message with these fields, or None if they cannot be read."""
    try:
        for part in parts:
            message.MergeFromString(bytes(part))
    except DecodeError:
        return None
    return message
