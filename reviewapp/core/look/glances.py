"""The beginning of a long JSON value, to know whether it is worth opening. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reviewapp.core.look.leaves import leaf_of
from reviewapp.core.look.tables import Part, is_plain, is_plain_name, part_of

# About a line of the card's left column.
_PARTS = 5
_CHARACTERS = 110


@dataclass(frozen=True, slots=True)
class Glance:
    """A few whole parts, and in `more` how much there is beyond them."""

    parts: tuple[Part, ...]
    more: str


# Any, here and below: a JSON value has no narrower Python type.
def glance_of(value: Any) -> Glance:
    """Return the first short fields of an object, the first items of a list, or the
    first words of a text: never half of a value."""
    if isinstance(value, Mapping) and value:
        parts = _fitting(_fields(value))
        return Glance(parts, _counted(len(value) - len(parts), "more field"))
    if isinstance(value, list) and value:
        return Glance(_fitting(_heads(value)), _counted(len(value), "item"))
    head = textwrap.shorten(leaf_of(value).text, _CHARACTERS, placeholder=" …")
    return Glance((Part("", "text", head),), "")


def _fields(value: Mapping[str, Any]) -> Iterator[Part]:
    for name, part in value.items():
        if is_plain_name(name) and is_plain(part):
            yield part_of(name, part)


def _heads(items: list[Any]) -> Iterator[Part]:
    """Each item, or the first field of one that is an object: mostly what it is."""
    for item in items:
        if is_plain(item):
            yield part_of("", item)
        elif isinstance(item, Mapping):
            yield from islice(_fields(item), 1)


def _fitting(parts: Iterator[Part]) -> tuple[Part, ...]:
    """Return the first parts that fit on a line."""
    fitting, size = [], 0
    for part in islice(parts, _PARTS):
        size += len(part.name) + len(part.text)
        if size > _CHARACTERS:
            break
        fitting.append(part)
    return tuple(fitting)


def _counted(number: int, noun: str) -> str:
    if not number:
        return ""
    return f"{number:,} {noun}{'s' if number > 1 else ''}"
