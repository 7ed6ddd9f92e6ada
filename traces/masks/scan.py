"""Searching a text for candidates, and where numbers begin and end. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from traces.masks.patterns import Hit, Pattern
from traces.masks.ranges import Mask
from traces.masks.texts import Text


@dataclass(frozen=True, slots=True)
class Finder:
    """What finds one family of values.

    `gate` is a RE2 pattern that matches wherever `finds` could find anything: all gates
    are searched in one pass, and most texts need no other.
    """

    gate: bytes
    finds: Callable[[Text], Iterator[Mask]]


_TOKEN = re.compile(rb"[0-9A-Za-z]+|.", re.DOTALL)


def hits_at_every_token(searched: Pattern, view: bytes) -> Iterator[Hit]:
    """Yield hits, overlapping ones too: the next may begin in the second token of one.

    So what only looks like a find hides none that begins inside it. Linear as long as
    the pattern's matches are short.
    """
    at = 0
    while hit := searched.search(view, at):
        yield hit
        token = _TOKEN.match(view, hit.span()[0])
        at = token.end() if token else len(view)


_TOKEN_END = re.compile(rb"(?<=[0-9A-Za-z])(?![0-9A-Za-z])")


def token_ends(view: bytes, start: int, limit: int) -> list[int]:
    """Return where groups of a number end, the last first: other figures may follow."""
    ends = [end.start() for end in _TOKEN_END.finditer(view, start, limit)]
    return [limit, *reversed(ends)]


_GLUED_BEFORE = re.compile(rb"[0-9A-Za-z][-.]$|[0-9A-Za-z_]$")
_GLUED_AFTER = re.compile(rb"[0-9A-Za-z_]|\.[0-9]|-[0-9A-Za-z]")


def begins_alone(view: bytes, start: int) -> bool:
    """Say whether a number begins here, and not in the middle of a code or a figure."""
    return not _GLUED_BEFORE.search(view[max(0, start - 2) : start])


def stands_alone(view: bytes, start: int, end: int) -> bool:
    """Say whether a number is a whole one, and no part of a longer code or figure."""
    return begins_alone(view, start) and not _GLUED_AFTER.match(view, end)


def count_digits(number: bytes) -> int:
    return sum(48 <= sign <= 57 for sign in number)
