"""JSON values as lines a person can judge: nothing hidden, nothing that misleads.

What an agent sends is hostile until read: it may turn text round, hide characters, or
be too long for one look. Lines keep their order, hidden characters are named, and what
does not fit is folded with its size, so that the card can insist on its being opened.
"""

from __future__ import annotations

import difflib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

# One look: about a screen of the card's left column.
TEXT_LINES = 12
TEXT_CHARACTERS = 900
LINES = 60
# Deeper nesting is still shown, but indented no further.
DEEPEST_INDENT = 5
# Longer texts are set side by side whole: the comparison is quadratic at worst.
COMPARED_CHARACTERS = 4_000

_LOOKS_LIKE_ANOTHER_TYPE = re.compile(
    r"(?:|true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\Z"
)
_SHOWN_CONTROLS = "\n\t"


@dataclass(frozen=True, slots=True)
class Line:
    """One name and its value. `rest` is what was folded away of a long text."""

    depth: int
    name: str
    kind: str
    text: str = ""
    rest: str = ""

    @property
    def rest_words(self) -> str:
        """Return how much is folded: "14 more lines" or "2,310 more characters"."""
        lines = self.rest.count("\n")
        if lines > 1:
            return f"{lines:,} more lines"
        return f"{len(self.rest):,} more characters"


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one value: those in sight and those folded away."""

    head: Sequence[Line]
    rest: Sequence[Line]

    @property
    def is_folded(self) -> bool:
        """True if something must be opened before all has been seen."""
        return bool(self.rest) or any(line.rest for line in self.head)


# Any: a JSON value has no narrower Python type.
def lines_of(value: Any, *, fold: bool = True) -> Lines:
    """Lay a JSON value out as lines, depth first, in the order it was sent."""
    lines = list(_walk(value, name="", depth=0, fold=fold))
    cut = LINES if fold else len(lines)
    return Lines(head=lines[:cut], rest=lines[cut:])


def _walk(value: Any, *, name: str, depth: int, fold: bool) -> Iterator[Line]:
    indent = min(depth, DEEPEST_INDENT)
    if isinstance(value, Mapping | list) and value:
        if name:
            yield Line(indent, name, "group", _count(value))
        inner = depth + 1 if name else depth
        for key, part in _parts(value):
            yield from _walk(part, name=key, depth=inner, fold=fold)
        return
    kind, text = _leaf(value)
    head, rest = _fold(text) if fold else (text, "")
    yield Line(indent, name, kind, head, rest)


def _parts(value: Mapping[str, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return iter(value.items())
    return ((f"[{index}]", part) for index, part in enumerate(value))


def _count(value: Mapping[str, Any] | list[Any]) -> str:
    if isinstance(value, Mapping):
        return f"{len(value)} fields" if len(value) != 1 else "1 field"
    return f"{len(value)} items" if len(value) != 1 else "1 item"


def _leaf(value: Any) -> tuple[str, str]:
    """Return kind and text of what has no parts."""
    if isinstance(value, str):
        misleads = _LOOKS_LIKE_ANOTHER_TYPE.match(value) or value != value.strip()
        return "text", f'"{value}"' if misleads else value
    if isinstance(value, Mapping | list):
        return "nothing", "no fields" if isinstance(value, Mapping) else "no items"
    if value is None:
        return "nothing", "null"
    return "literal", json.dumps(value)


def _fold(text: str) -> tuple[str, str]:
    """Split a text after one look; the second half is empty if all fits."""
    end = TEXT_CHARACTERS
    breaks = islice(re.finditer("\n", text), TEXT_LINES - 1, TEXT_LINES)
    end = min(end, next((match.end() for match in breaks), end))
    # A fold that hides a word or two would cost more than it saves.
    return (text[:end], text[end:]) if len(text) > end + 80 else (text, "")


def text_of(value: Any) -> str:
    """Return a JSON value as text for a diff: strings bare, the rest indented."""
    if isinstance(value, str):
        return _leaf(value)[1]
    return json.dumps(value, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and whether it differs from its counterpart."""

    text: str
    differs: bool


def compare(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces, word by word, with what differs marked."""
    if len(before) + len(after) > COMPARED_CHARACTERS:
        return [Piece(before, True)], [Piece(after, True)]
    old, new = _words(before), _words(after)
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, m, n in matcher.get_opcodes():
        left += [Piece("".join(old[i:j]), tag != "equal")] if j > i else []
        right += [Piece("".join(new[m:n]), tag != "equal")] if n > m else []
    return left, right


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\W", text)


def unseen_name(character: str) -> str | None:
    """Return the name of a character that does not show, or turns text round.

    None for what shows. Categories by Unicode: controls, formats (bidirectional marks,
    zero-width and tag characters), private, unassigned, and the two odd separators.
    """
    if character in _SHOWN_CONTROLS:
        return None
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return None
    return unicodedata.name(character, f"U+{ord(character):04X}")
