"""JSON values as lines a person can judge: nothing hidden, nothing that misleads.

What an agent sends is hostile until read: it may turn text round, hide characters, or
be too long for one look. Lines keep their order, hidden characters are named, and what
does not fit is folded with its size, so that the card can insist on its being opened.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from reviewapp.core.look.leaves import is_leaf, leaf_of
from reviewapp.core.look.tables import (
    PARTS,
    Part,
    Table,
    is_plain,
    is_plain_name,
    part_of,
    parts_of,
    table_of,
)

# One look: about a screen of the card's left column.
TEXT_LINES = 12
TEXT_CHARACTERS = 900
LINES = 60
FOLD_FROM = 80
# A value of more lines than anybody reads one by one is given as JSON beyond its head;
# drawing each of 100,000 lines would also keep the page from coming at all.
MOST_LINES = 1_000
# Deeper nesting is still shown, but indented no further.
DEEPEST_INDENT = 5

_SHOWN_CONTROLS = "\n\t"
_WITHOUT_SHOWN_CONTROLS = str.maketrans("", "", _SHOWN_CONTROLS)


@dataclass(frozen=True, slots=True)
class Line:
    """One name and its value. `rest` is what was folded away of a long text.

    `kind` is that of a leaf, or group (the lines after it are its parts), parts (a
    small object), items (a small list) or table. Without a name it goes on with what
    the line before it belongs to.
    """

    depth: int
    name: str
    kind: str
    text: str = ""
    rest: str = ""
    parts: tuple[Part, ...] = ()
    table: Table | None = None

    @property
    def size(self) -> int:
        """How many lines it takes of those that fit into one look."""
        return len(self.table.rows) if self.table else 1

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
    is_raw: bool = False

    @property
    def rest_words(self) -> str:
        """Return what is folded: "41 more values", or that it is JSON."""
        if self.is_raw:
            return "All values, as JSON"
        return f"{sum(line.size for line in self.rest)} more values"

    @property
    def is_folded(self) -> bool:
        """True if something must be opened before all has been seen."""
        return bool(self.rest) or any(line.rest for line in self.head)


# Any, here and below: a JSON value has no narrower Python type.
def lines_of(value: Any, *, fold: bool = True, compact: bool = False) -> Lines:
    """Lay a JSON value out as lines, depth first, in the order it was sent.

    Without `fold` all of them are in the head. `compact` puts short neighbours of one
    object on one line: for what is looked something up in, not for what will run.
    """
    walk = _walk(value, name="", depth=0, style=_Style(fold, compact))
    lines, size = [], 0
    for line in walk:
        lines.append(line)
        size += line.size
        if size > MOST_LINES:
            return _raw(value, lines, fold=fold)
    cut = _fitting(lines, LINES) if fold else len(lines)
    return Lines(head=lines[:cut], rest=lines[cut:])


def _raw(value: Any, lines: Sequence[Line], *, fold: bool) -> Lines:
    """The head as lines, and after it the whole as JSON."""
    head = lines[: _fitting(lines, LINES)]
    whole = Line(
        0, "the whole", "text", json.dumps(value, indent=1, ensure_ascii=False)
    )
    return Lines(head if fold else [*head, whole], [whole] if fold else [], is_raw=True)


def _fitting(lines: Sequence[Line], most: int) -> int:
    """Return how many of the lines fit into so many."""
    size = 0
    for at, line in enumerate(lines):
        size += line.size
        if size > most:
            return at
    return len(lines)


@dataclass(frozen=True, slots=True)
class _Style:
    fold: bool
    compact: bool


def _walk(value: Any, *, name: str, depth: int, style: _Style) -> Iterator[Line]:
    indent = min(depth, DEEPEST_INDENT)
    if is_leaf(value):
        leaf = leaf_of(value)
        head, rest = _fold(leaf.text) if style.fold else (leaf.text, "")
        yield Line(indent, name, leaf.kind, head, rest)
    elif flat := list(_flat(value, name, indent)):
        yield from flat
    else:
        if name:
            yield Line(indent, name, "group")
        inner = depth + 1 if name else depth
        yield from _walk_parts(value, depth=inner, style=style)


def _flat(value: Any, name: str, indent: int) -> Iterator[Line]:
    """A value that needs no lines of its own: on one line, or as a table."""
    is_list = isinstance(value, list)
    # What stands for itself (the arguments of a call) is read field by field.
    if (name or is_list) and (parts := parts_of(value)):
        kind = "items" if is_list else "parts"
        yield Line(indent, name, kind, parts=parts)
    elif table := table_of(value):
        for piece in table.in_pieces():
            yield Line(indent, name, "table", table=piece)
            name = ""


def _walk_parts(value: Any, *, depth: int, style: _Style) -> Iterator[Line]:
    for together, run in groupby(_parts(value, style), key=lambda part: part[0]):
        named = [(name, part) for _, name, part in run]
        if together and len(named) > 1:
            indent = min(depth, DEEPEST_INDENT)
            for at in range(0, len(named), PARTS):
                some = tuple(part_of(*pair) for pair in named[at : at + PARTS])
                yield Line(indent, "", "parts", parts=some)
        else:
            for name, part in named:
                yield from _walk(part, name=name, depth=depth, style=style)


def _parts(value: Any, style: _Style) -> Iterator[tuple[bool, str, Any]]:
    """Yield whether a part may share a line with its neighbours, its name, itself."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            is_short = style.compact and is_plain_name(name) and is_plain(part)
            yield is_short, name, part
    else:
        for index, part in enumerate(value):
            yield False, f"[{index}]", part


def _fold(text: str) -> tuple[str, str]:
    """Split a text after one look; the second half is empty if all fits."""
    breaks = islice(re.finditer("\n", text), TEXT_LINES - 1, TEXT_LINES)
    end = min(TEXT_CHARACTERS, next((match.end() for match in breaks), len(text)))
    # A fold that hides a word or two would cost more than it saves.
    if len(text) <= end + FOLD_FROM:
        return text, ""
    # Not within a word, if one ends nearby.
    end = max(
        end - FOLD_FROM, text.rfind(" ", 0, end) + 1, text.rfind("\n", 0, end) + 1
    )
    return text[:end], text[end:]


def text_of(value: Any) -> str:
    """Return a JSON value as text for a diff: strings bare, the rest indented."""
    if isinstance(value, str):
        return leaf_of(value).text
    return json.dumps(value, indent=2, ensure_ascii=False)


def shows_all(text: str) -> bool:
    """True if surely no character of the text is hidden; quick, for long texts."""
    return text.translate(_WITHOUT_SHOWN_CONTROLS).isprintable()


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
