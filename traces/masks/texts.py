"""Text as it is searched: bytes, with JSON's escapes undone. Pure.

Arguments and results are kept as JSON text, often JSON inside JSON. There a value may
stand right behind `\\n`, between `\\"`, or spell its `@` as `\\u0040`; searched as they
stand, such values would be missed or cut in the middle of an escape.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from traces.masks.ranges import Mask, MaskKind

# No byte of any UTF-8: texts searched together are joined by it, and no pattern has it.
SEPARATOR = b"\xff"

# As long as what they stand for, so that offsets stay.
_SHORT_ESCAPES = (
    (b'\\"', b'""'),
    (b"\\/", b"//"),
    (b"\\n", b" \n"),
    (b"\\r", b" \r"),
    (b"\\t", b" \t"),
    (b"\\b", b"  "),
    (b"\\f", b"  "),
)
_HEX = rb"\\+u([0-9A-Fa-f]{4})"
_LONG_ESCAPE = re.compile(
    rb"\\+u([Dd][89ABab][0-9A-Fa-f]{2})\\+u([Dd][C-Fc-f][0-9A-Fa-f]{2})|" + _HEX
)


class Text:
    """`raw` is what is kept, `view` what is searched."""

    __slots__ = ("_raw_ends", "_view_ends", "raw", "view")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        # Ends of long escapes, in the view and in the raw bytes.
        self._view_ends = [0]
        self._raw_ends = [0]
        self.view = self._read(raw) if b"\\" in raw else raw

    def mask(self, start: int, end: int, kind: MaskKind) -> Mask:
        """Return the mask over the raw bytes of this range of the view."""
        return Mask(self.raw_offset(start), self.raw_offset(end), kind)

    def raw_offset(self, offset: int) -> int:
        """Return where an offset of the view is in the raw bytes.

        What begins or ends at a long escape begins or ends outside of it.
        """
        nearest = bisect_right(self._view_ends, offset) - 1
        return self._raw_ends[nearest] + offset - self._view_ends[nearest]

    def _read(self, raw: bytes) -> bytes:
        for escape, blank in _SHORT_ESCAPES:
            raw = raw.replace(escape, blank)
        return self._read_long(raw) if b"\\u" in raw else raw

    def _read_long(self, raw: bytes) -> bytes:
        pieces, end, length = [], 0, 0
        for escape in _LONG_ESCAPE.finditer(raw):
            character = _character(escape)
            pieces += [raw[end : escape.start()], character]
            length += escape.start() - end + len(character)
            end = escape.end()
            self._view_ends.append(length)
            self._raw_ends.append(end)
        return b"".join([*pieces, raw[end:]])


def _character(escape: re.Match[bytes]) -> bytes:
    high, low, one = escape.groups()
    if one is None:
        return bytes.fromhex((high + low).decode()).decode("utf-16-be").encode()
    return chr(int(one, 16)).encode(errors="replace")


def unescaped(raw: bytes) -> bytes:
    """Return a value as it reads, however it was escaped."""
    return Text(raw).view if b"\\" in raw else raw
