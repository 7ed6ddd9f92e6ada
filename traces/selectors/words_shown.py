"""Parts as they are drawn: in words where the reader may have them, else in figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from reviewapp.core.look.glances import Glance, glance_of
from reviewapp.core.look.values import Line, lines_of
from traces.captions import CAPTIONS, seen_words
from traces.selectors.opened import Opened
from traces.selectors.reach import Reach
from traces.selectors.reading import place_of
from traces.spans import PartKind, PartShape, WordClass
from traces.tiers import Clarity

# One look at a text, and at a result, of which there are many; the rest is folded.
# What is longer yet stands on the span's page.
_HEAD, _RESULT_HEAD, _FOLD_FROM, LONGEST = 900, 300, 200, 20_000
# A laid-out value of more lines is folded behind a glance at it.
_LINES = 4
# A JSON value of this many signs is laid out as names and values.
_LAID_OUT = 3_000
_JSON_KINDS = frozenset(
    {PartKind.TOOL_CALL, PartKind.TOOL_RESULT, PartKind.TOOL_DEFINITION}
)


@dataclass(frozen=True)
class Shown:
    """One part. `text` is None where there is nothing to read, and `why_not` says why:
    hidden (the tier), gone (the key), expired (its time) or opaque; then `digest` tells
    it from others, while it is kept."""

    part: PartShape
    clarity: Clarity
    text: str | None
    why_not: str = ""
    is_whole: bool = False
    digest: str = ""

    @property
    def is_masked(self) -> bool:
        return self.text is not None and self.clarity is Clarity.MASKED

    @property
    def head(self) -> str:
        return self._pretty[: self._cut] if self._is_folded else self._pretty

    @property
    def rest(self) -> str:
        if not self._is_folded:
            return ""
        end = None if self.is_whole else LONGEST
        return self._pretty[self._cut : end]

    @property
    def beyond(self) -> int:
        """How many signs stand on the page of the span only."""
        return 0 if self.is_whole else max(0, len(self._pretty) - LONGEST)

    @cached_property
    def lines(self) -> Sequence[Line]:
        """A JSON value laid out, short neighbours on one line; else empty."""
        if self._value is None:
            return ()
        return lines_of(self._value, fold=False, compact=True).head

    @property
    def is_long_value(self) -> bool:
        return not self.is_whole and sum(line.size for line in self.lines) > _LINES

    @property
    def glance(self) -> Glance:
        return glance_of(self._value)

    @cached_property
    # Any: what a model or tool wrote is JSON.
    def _value(self) -> Any:
        """A JSON object or list small enough to be laid out; else None."""
        if self.part.kind not in _JSON_KINDS or not self.text:
            return None
        if len(self.text) > _LAID_OUT:
            return None
        value = _loaded(self.text)
        return value if isinstance(value, dict | list) and value else None

    @cached_property
    def _pretty(self) -> str:
        text = self.text or ""
        if self.part.kind not in _JSON_KINDS or len(text) > LONGEST:
            return text
        value = _loaded(text)
        if not isinstance(value, dict | list):
            return text
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()

    @property
    def _is_folded(self) -> bool:
        return len(self._pretty) > self._look + _FOLD_FROM

    @property
    def _look(self) -> int:
        """How much of it is seen at once."""
        return _RESULT_HEAD if self.part.kind is PartKind.TOOL_RESULT else _HEAD

    @cached_property
    def _cut(self) -> int:
        """Not within a word, if one ends nearby."""
        look = self._look
        gap = max(self._pretty.rfind(sign, 0, look) for sign in " \n")
        return gap + 1 if gap > look - _FOLD_FROM else look

    @property
    def caption(self) -> str:
        return CAPTIONS[self.part.fidelity] if self.part.fidelity else ""


def _loaded(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class Reader:
    """Draws the parts of one trace for one person: how far they reach, what came.

    `may_miss`: spans of the trace are missing or may still come, so that what is not
    seen of a call proves nothing.
    """

    reach: Reach
    opened: Opened
    is_whole: bool = False
    may_miss: bool = False

    def show(self, part: PartShape) -> Shown:
        clarity = self.reach.clarity_of(part.words)
        text = self.opened.texts.get(place_of(part))
        why_not = self._why_not(part, clarity) if text is None else ""
        digest = self.opened.digests.get(place_of(part), "")
        return Shown(part, clarity, text, why_not, self.is_whole, digest)

    def show_all(self, parts: Iterable[PartShape]) -> list[Shown]:
        return [self.show(part) for part in parts]

    def _why_not(self, part: PartShape, clarity: Clarity) -> str:
        if part.words is WordClass.OPAQUE:
            return "opaque"
        if clarity is Clarity.NONE:
            return "hidden"
        if not part.length:
            return "empty"
        return "gone" if self.opened.gone else "expired"


def reasoned_words(tokens: int | None, parts: Iterable[PartShape]) -> str:
    """Return how much was reasoned against how much of it came as text."""
    length = sum(p.length for p in parts if p.kind is PartKind.REASONING)
    return seen_words(tokens, length)
