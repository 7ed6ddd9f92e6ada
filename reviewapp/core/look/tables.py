"""Small JSON values laid out flat: on one line, or as a table of like objects. Pure.

Flights, passengers, means of payment and search results are lists of flat objects; a
person compares them down a column. Whatever does not surely fit is left to the lines of
`values.py`: no table of ours needs scrolling sideways, so nothing is out of sight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewapp.core.look.leaves import is_leaf, leaf_of

# On one line: so many parts, and so many characters in all.
PARTS = 8
PARTS_CHARACTERS = 160
# In a table: so many columns, and rows before it is continued as another table.
COLUMNS = 12
TABLE_ROWS = 30
# Rows that are looked at to find a table; more of them are given as JSON anyway.
MOST_ROWS = 1_000
# Fewer cells filled than this, and the objects are not of one kind.
FILLED_SHARE = 0.6
# Characters that the columns need side by side → class of static/css/values.css, which
# stacks the cells of a table where its place is narrower than that.
ROOMS = {36: "narrow", 76: "middling", 112: "wide"}

# Words with nothing in them that could pass for the marks between our parts.
_PLAIN = re.compile(r"[\w@.,:/+#&'()-]+(?: [\w@.,:/+#&'()-]+)*\Z")
_PLAIN_NAME = re.compile(r"[\w.:/ -]{1,40}\Z")
_PLAIN_CHARACTERS = 60
_AROUND_A_CELL = 2


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf with room of its own; `name` is empty for an item of a list."""

    name: str
    kind: str
    text: str


# What stands in one cell: one leaf, or the parts of a small value. Empty: not given.
Cell = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is the key of the object, where the objects have keys."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    room: str

    @property
    def is_keyed(self) -> bool:
        return any(row.name for row in self.rows)

    @property
    def named_rows(self) -> Iterator[tuple[str, Iterator[tuple[str, Cell]]]]:
        """Yield each row's name and its cells, each with the name of its column."""
        for row in self.rows:
            yield row.name, zip(self.columns, row.cells, strict=True)

    def in_pieces(self) -> Iterator[Table]:
        """Yield tables of at most `TABLE_ROWS` rows."""
        for at in range(0, len(self.rows), TABLE_ROWS):
            yield Table(self.columns, self.rows[at : at + TABLE_ROWS], self.room)


# Any, here and below: a JSON value has no narrower Python type.
def is_plain(value: Any) -> bool:
    """True for a short leaf whose end is plain to see where others follow it."""
    if not is_leaf(value) or len(leaf_of(value).text) > _PLAIN_CHARACTERS:
        return False
    if not isinstance(value, str) or not value:
        return True
    return bool(_PLAIN.match(value)) and value.isprintable()


def is_plain_name(name: str) -> bool:
    return bool(_PLAIN_NAME.match(name)) and name.isprintable()


def part_of(name: str, value: Any) -> Part:
    leaf = leaf_of(value)
    return Part(name, leaf.kind, leaf.text)


def parts_of(value: Any) -> tuple[Part, ...]:
    """Return the parts of a small flat object or list; nothing for what needs more."""
    if is_leaf(value) or len(value) > PARTS:
        return ()
    named = list(value.items() if isinstance(value, Mapping) else _unnamed(value))
    if not all(is_plain(part) for _, part in named):
        return ()
    if isinstance(value, Mapping) and not all(is_plain_name(name) for name in value):
        return ()
    parts = tuple(part_of(name, part) for name, part in named)
    size = sum(len(part.name) + len(part.text) for part in parts)
    return parts if size <= PARTS_CHARACTERS else ()


def table_of(value: Any) -> Table | None:
    """Return a list of like flat objects, or an object of them, as a table."""
    entries = _entries(value)
    columns = _columns(entries)
    if not columns:
        return None
    rows = []
    for name, item in entries:
        cells = tuple(_cell(item, column) for column in columns)
        if None in cells:
            return None
        rows.append(Row(name, tuple(cell or () for cell in cells)))
    filled = sum(bool(cell) for row in rows for cell in row.cells)
    room = _room(columns, rows)
    if not room or filled < FILLED_SHARE * len(rows) * len(columns):
        return None
    return Table(columns, tuple(rows), room)


def _unnamed(items: Sequence[Any]) -> list[tuple[str, Any]]:
    return [("", item) for item in items]


def _entries(value: Any) -> list[tuple[str, Any]]:
    """Return the objects with their keys; nothing where they are not all objects."""
    if is_leaf(value) or len(value) > MOST_ROWS:
        return []
    if isinstance(value, Mapping):
        entries = list(value.items())
        if len(entries) < 2 or not all(is_plain_name(name) for name in value):
            return []
    else:
        entries = _unnamed(value)
    are_objects = all(isinstance(item, Mapping) and item for _, item in entries)
    return entries if are_objects else []


def _columns(entries: Sequence[tuple[str, Any]]) -> tuple[str, ...]:
    columns: dict[str, None] = {}
    for _, item in entries:
        columns |= dict.fromkeys(item)
        if len(columns) > COLUMNS:
            return ()
    return tuple(columns) if all(map(is_plain_name, columns)) else ()


def _cell(item: Mapping[str, Any], column: str) -> Cell | None:
    """Return a cell; empty where the object has no such field, None if too large."""
    if column not in item:
        return ()
    value = item[column]
    if is_leaf(value):
        return (part_of("", value),) if is_plain(value) else None
    return parts_of(value) or None


def _room(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Return the narrowest room the table fits into; empty if none."""
    needed = sum(
        max(_longest(name), *(_longest_in(row.cells[at]) for row in rows))
        + _AROUND_A_CELL
        for at, name in enumerate(columns)
    )
    keys = [_longest(row.name) for row in rows if row.name]
    needed += max(keys) + _AROUND_A_CELL if keys else 0
    return next((room for most, room in ROOMS.items() if needed <= most), "")


def _longest_in(cell: Cell) -> int:
    lengths = (max(_longest(part.name), _longest(part.text, " ")) for part in cell)
    return max(lengths, default=1)


def _longest(text: str, breaks: str = r"_./ -") -> int:
    """Return the length of the longest stretch that cannot be broken."""
    return max(map(len, re.split(rf"(?<=[{breaks}])", text)))
