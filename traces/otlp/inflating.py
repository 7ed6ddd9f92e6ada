"""Undoing Content-Encoding without trusting it: never more than `limit` bytes."""

from __future__ import annotations

import zlib

from reviewapp.core.problems import TooLarge
from traces.otlp.wire import BadBody

# What zlib is to expect: a gzip header, or a zlib one (which HTTP calls deflate).
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
# Each copies what follows it: thousands of tiny ones would keep a processor busy.
_MOST_MEMBERS = 16


def is_known(encoding: str) -> bool:
    """True for a Content-Encoding that `inflate` can undo."""
    return encoding in _WINDOW_BITS or encoding in ("", "identity")


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """Return the body as it was before Content-Encoding.

    Raises TooLarge beyond `limit` bytes, having made one byte more at most, and BadBody
    for a stream that is corrupt, cut short, or followed by something else.
    """
    window_bits = _WINDOW_BITS.get(encoding)
    if window_bits is None:
        return _within(body, limit)
    try:
        return _inflated(body, window_bits, limit)
    except zlib.error as problem:
        raise BadBody(f"The body is no intact {encoding} stream.") from problem


def _inflated(body: bytes, window_bits: int, limit: int) -> bytes:
    """Inflate one member after the other: RFC 1952 allows several, one is the rule."""
    parts: list[bytes] = []
    left, room = body, limit
    for _ in range(_MOST_MEMBERS):
        member = zlib.decompressobj(window_bits)
        parts.append(_within(member.decompress(left, room + 1), room))
        if not member.eof:
            raise BadBody("The compressed body ends before its stream does.")
        left, room = member.unused_data, room - len(parts[-1])
        if not left:
            return b"".join(parts)
    raise BadBody(f"The body has more than {_MOST_MEMBERS} compressed members.")


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        message = (
            f"The body may have {limit} bytes at most, before and after inflating."
        )
        raise TooLarge("too_large", message)
    return body
