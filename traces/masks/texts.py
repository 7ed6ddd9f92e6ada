"""Text as it is searched: bytes, with JSON's escapes undone. Pure.

Arguments and results are kept as JSON text, often JSON inside JSON. There a value may
stand right behind `\\n`, between `\\"`, or spell its `@` as `\\u0040`; searched as they
stand, such values would be missed or cut in the middle of an escape. Spaces and hyphens
that do not break, as typeset numbers have them, are read as plain ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from traces.masks.patterns import pattern
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
_UNIT = re.compile(rb"\\+u([0-9A-Fa-f]{4})")
# A row of \u escapes; U+00A0, U+2007 to 200A, U+202F; U+2010 to 2013.
_LONG = pattern(rb"(?:\\+u[0-9A-Fa-f]{4})+|\xc2\xa0|\xe2\x80[\x87-\x8a\xaf\x90-\x93]")
_PLAIN = str.maketrans(dict.fromkeys("\u00a0\u2007\u2008\u2009\u200a\u202f", " "))
_PLAIN |= str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013", "-"))


class _Stretch(NamedTuple):
    """Where something is longer as it is kept than as it reads."""

    view_start: int
    view_end: int
    raw_start: int
    raw_end: int


class Text:
    """`raw` is what is kept, `view` what is searched."""

    __slots__ = ("_stretches", "raw", "view")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._stretches = [_Stretch(0, 0, 0, 0)]
        self.view = self._read_long(_read_short(raw))

    def mask(self, start: int, end: int, kind: MaskKind) -> Mask:
        """Return the mask over the raw bytes of this range of the view."""
        return Mask(self.raw_offset(start), self.raw_offset(end), kind)

    def raw_offset(self, offset: int) -> int:
        """Return where an offset of the view is in the raw bytes, in no escape."""
        before = bisect_left(self._stretches, offset, key=_view_start) - 1
        stretch = self._stretches[max(0, before)]
        if offset < stretch.view_end:
            return self._raw_offset_inside(stretch, offset)
        return stretch.raw_end + offset - stretch.view_end

    def _raw_offset_inside(self, stretch: _Stretch, offset: int) -> int:
        characters = self.view[stretch.view_start : offset].decode(errors="ignore")
        units = len(characters.encode("utf-16-be")) // 2
        escapes = _UNIT.finditer(self.raw, stretch.raw_start, stretch.raw_end)
        return next(islice(escapes, units - 1, None)).end()

    def _read_long(self, raw: bytes) -> bytes:
        if not any(sign in raw for sign in (b"\\", b"\xc2", b"\xe2")):
            return raw
        pieces, end, length = [], 0, 0
        for hit in _LONG.finditer(raw):
            raw_start, raw_end = hit.span()
            reads = _as_it_reads(raw[raw_start:raw_end])
            start = length + raw_start - end
            length = start + len(reads)
            pieces += [raw[end:raw_start], reads]
            end = raw_end
            self._stretches.append(_Stretch(start, length, raw_start, raw_end))
        return b"".join([*pieces, raw[end:]])


_view_start = attrgetter("view_start")


def _read_short(raw: bytes) -> bytes:
    if b"\\" in raw:
        for escape, blank in _SHORT_ESCAPES:
            raw = raw.replace(escape, blank)
    return raw


def _as_it_reads(long: bytes) -> bytes:
    """Return what escapes stand for; a typeset sign as its plain one."""
    units = b"".join(_UNIT.findall(long))
    if units:
        reads = bytes.fromhex(units.decode()).decode("utf-16-be", "replace")
    else:
        reads = long.decode()
    return reads.translate(_PLAIN).encode()


def unescaped(raw: bytes) -> bytes:
    """Return a value as it reads, however it was escaped."""
    return Text(raw).view
