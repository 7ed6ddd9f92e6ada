"""RE2 over bytes: its time grows with the text and no faster. Pure.

The typed door to google-re2, which has no types of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import re2

# RE2 forgets states when it runs out of memory, and goes on; a set for which there was
# never room enough would say that nothing matches. Hence plenty of it.
_SET_MEMORY = 64 << 20


class Hit(Protocol):
    """The part of a match that finders use."""

    lastindex: int | None

    def span(self, group: int = 0) -> tuple[int, int]: ...


class Pattern(Protocol):
    def search(self, text: bytes, pos: int = 0) -> Hit | None: ...
    def finditer(self, text: bytes) -> Iterator[Hit]: ...


def _options() -> re2.Options:
    """Bytes are searched as Latin-1: offsets are then those of bytes."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return options


def pattern(source: bytes) -> Pattern:
    compiled: Pattern = re2.compile(source, _options())
    return compiled


class PatternSet:
    """Several patterns searched in one pass, which tells which of them match."""

    def __init__(self, sources: Sequence[bytes]) -> None:
        options = _options()
        options.max_mem = _SET_MEMORY
        self._set = re2.Set.SearchSet(options)
        for source in sources:
            self._set.Add(source)
        self._set.Compile()

    def matching(self, text: bytes) -> list[int]:
        """Return the places of the patterns that match somewhere in the text."""
        return self._set.Match(text) or []
