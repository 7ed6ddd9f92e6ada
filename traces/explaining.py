"""What an explanation for a customer is made of. Pure.

An explanation tells what was asked and answered, what the run looked up and what it
did. It never tells the reasoning: a model's account of itself is no proof of why it
acted, and a customer would take it for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from traces.masking import MaskKind
from traces.spans import WordClass

LONGEST: Final = 20_000
# Stands in every draft where a person has to write; no text with it is submitted.
TO_WRITE: Final = "[Say here what was right or wrong about it, and what happens now.]"
# The same for an act of which our record does not tell what came of it.
TO_SAY: Final = "[Say here what came of it.]"
TOLD: Final = frozenset({WordClass.DIALOGUE, WordClass.TOOLS})
# A value in a letter is one line, or a few; of a long list both ends are told, since
# the newest entry stands at one of them.
_LONGEST_VALUE = 900
_LISTED = ((40, 12), (8, 12), (5, 8), (3, 5))
_DEEPEST = 4
_SENTENCES = 260
_MASK = re.compile(rf"\[(?:{'|'.join(MaskKind)})-\d+\]")
_HALF_MASK = re.compile(r"\[[A-Z]*(?:-\d*)?\Z")
_MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was looked up or done, in plain words.

    `state` is that of its line (traces.selectors.steps.ActLine.state); `age` says how
    long before the answer a result was looked up, and `limit` is set where that was too
    long. `own` is what the result itself said of its date.
    """

    name: str
    given: str
    came: str
    state: str
    age: str = ""
    limit: str = ""
    own: str = ""

    @property
    def size(self) -> int:
        """How many signs of a letter it takes, the sentences around it included."""
        told = (self.name, self.given, self.came, self.age, self.limit, self.own)
        return sum(map(len, told)) + _SENTENCES


@dataclass(frozen=True, slots=True)
class Material:
    """All that a draft is composed of; masked, and without reasoning."""

    assistant: str
    at: datetime
    asked: Sequence[str]
    said: Sequence[str]
    looked_up: Sequence[Deed]
    more_looked_up: int
    from_before: Sequence[Deed]
    more_from_before: int
    done: Sequence[Deed]
    more_done: int


def spoken_name(name: str) -> str:
    """Return the name of a tool or field as words: `get_order` is "get order"."""
    return " ".join(name.replace("_", " ").split())


def plainly(text: str) -> str:
    """Return arguments or a result in one line: names and values.

    Lists are told entry by entry, for the one that matters may be any of them; only of
    what is too long for a letter is the middle left out, and counted.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _cut(" ".join(text.split()))
    tellings = (_Telling(listed, named).of(value) for listed, named in _LISTED)
    return next((t for t in tellings if len(t) <= _LONGEST_VALUE), "") or _cut(
        _Telling(*_LISTED[-1]).of(value)
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """How much of a value is told: so many entries of a list, fields of an object."""

    listed: int
    named: int

    # Any: what a model or tool wrote is JSON.
    def of(self, value: Any, depth: int = 0) -> str:
        if isinstance(value, dict):
            return self._fields(value, depth)
        if isinstance(value, list):
            return self._entries(value, depth)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "none" if value is None else " ".join(str(value).split())

    def _within(self, value: Any, depth: int) -> str:
        if not isinstance(value, dict | list):
            return self.of(value)
        if depth >= _DEEPEST:
            return "…"
        return f"({self.of(value, depth + 1)})" if value else "none"

    def _fields(self, value: dict[str, Any], depth: int) -> str:
        told = [
            f"{spoken_name(name)} {self._within(one, depth)}"
            for name, one in list(value.items())[: self.named]
        ]
        return ", ".join([*told, *_more(len(value) - len(told), "field")])

    def _entries(self, value: list[Any], depth: int) -> str:
        most = self.listed
        if len(value) > most:
            last = most // 2
            left_out = f"{len(value) - most} left out"
            head = [self._entry(one, depth) for one in value[: most - last]]
            tail = [self._entry(one, depth) for one in value[-last:]]
            return "; ".join([*head, left_out, *tail])
        return "; ".join(self._entry(one, depth) for one in value) or "no entries"

    def _entry(self, value: Any, depth: int) -> str:
        if isinstance(value, dict) and value and depth < _DEEPEST:
            return self._fields(value, depth + 1)
        return self._within(value, depth)


def _more(number: int, noun: str) -> list[str]:
    return [f"{number} more {noun}{'s' if number > 1 else ''}"] if number > 0 else []


def _cut(text: str) -> str:
    return cut(text, _LONGEST_VALUE)


def cut(text: str, most: int) -> str:
    """Return so much of a text, the cut seen; no half of a mask stands before it."""
    if len(text) <= most:
        return text
    return f"{_HALF_MASK.sub('', text[:most]).rstrip()}…"


# Masks --------------------------------------------------------------------------------


def masks_in(text: str) -> list[str]:
    """Return the masks that still stand in a text, each once."""
    return list(dict.fromkeys(_MASK.findall(text)))


def places_of_masks(text: str) -> str:
    """Say which masks stand in which line, without the words around them; or ""."""
    found = [
        f"{mask} in line {number}"
        for number, line in enumerate(text.split("\n"), start=1)
        for mask in _MASK.findall(line)
    ]
    told = ", ".join(found[:_MOST_PLACES])
    more = len(found) - _MOST_PLACES
    return f"{told} and {more} more" if more > 0 else told


def around_masks(text: str) -> Iterator[tuple[str, bool]]:
    """Cut a text into what is a mask and what is not, in order."""
    end = 0
    for found in _MASK.finditer(text):
        yield text[end : found.start()], False
        yield found[0], True
        end = found.end()
    yield text[end:], False
