"""Before and after, like with like: what stayed is quiet, what differs is marked. Pure.

Objects are compared field by field, lists of like objects row by row as a table, texts
word by word. Only where none of these fits does JSON stand beside JSON.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewapp.core.look.leaves import is_leaf
from reviewapp.core.look.tables import Cell, Row, Table, parts_of, table_of
from reviewapp.core.look.values import text_of

# Comparing is quadratic at worst, and agents choose the texts: where more words than
# this stand between the first and the last difference, all between them is marked.
COMPARED_WORDS = 150
# For the same reason lists of more rows than this are compared as text.
COMPARED_ROWS = 60


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and whether it differs from its counterpart."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class CellChange:
    """Both sides of a cell; `differs` only where the row is on both sides."""

    before: Cell
    after: Cell
    differs: bool


@dataclass(frozen=True, slots=True)
class RowChange:
    """`fate` is same, changed, gone or new."""

    fate: str
    name: str
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One place that changes: as rows of a table, else as pieces of text.

    A side that is None was not there, or is not there any more.
    """

    path: str
    before: Sequence[Piece] | None = None
    after: Sequence[Piece] | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()


# Any, here and below: a JSON value has no narrower Python type.
def like_with_like(changes: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Return mappings of path, before and after as changes; a missing side is none.

    What is equal inside of a change is left out, but for rows of a table, which say
    what the others stand beside.
    """
    return [change for given in changes for change in _compare(given)]


def _compare(given: Mapping[str, Any]) -> Iterator[Change]:
    path = str(given.get("path", ""))
    if "before" not in given or "after" not in given:
        yield _one_sided(path, given)
        return
    before, after = given["before"], given["after"]
    if _both(Mapping, before, after):
        yield from _fields(path, before, after)
    elif _both(list, before, after) and (table := _tables(path, before, after)):
        yield table
    else:
        old, new = compare(_text_of(before), _text_of(after))
        yield Change(path, old, new)


def _both(kind: type, before: Any, after: Any) -> bool:
    are_filled = not is_leaf(before) and not is_leaf(after)
    return are_filled and isinstance(before, kind) and isinstance(after, kind)


def _one_sided(path: str, given: Mapping[str, Any]) -> Change:
    if "before" in given:
        return Change(path, before=[Piece(_text_of(given["before"]), differs=True)])
    if "after" in given:
        return Change(path, after=[Piece(_text_of(given["after"]), differs=True)])
    return Change(path)


def _text_of(value: Any) -> str:
    """A short list as its items, one a line; all else as `text_of` has it."""
    if isinstance(value, list) and (items := parts_of(value)):
        return "\n".join(item.text for item in items)
    return text_of(value)


def _fields(
    path: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for name in [*before, *(name for name in after if name not in before)]:
        sides = {"before": before, "after": after}
        given = {side: of[name] for side, of in sides.items() if name in of}
        if len(given) == 1 or not _are_same(before[name], after[name]):
            yield from _compare({"path": f"{path}.{name}", **given})


def _are_same(one: Any, other: Any) -> bool:
    """As JSON: Python counts True as 1; an agent does not."""
    return _key(one) == _key(other)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _tables(path: str, before: list[Any], after: list[Any]) -> Change | None:
    """Return two lists of like objects as one table; None where they are not that."""
    if max(len(before), len(after)) > COMPARED_ROWS:
        return None
    whole = table_of([*before, *after])
    if whole is None:
        return None
    old = Table(whole.columns, whole.rows[: len(before)], whole.room)
    new = Table(whole.columns, whole.rows[len(before) :], whole.room)
    return Change(path, columns=whole.columns, rows=tuple(_rows(old, new)))


def _rows(old: Table, new: Table) -> Iterator[RowChange]:
    matcher = difflib.SequenceMatcher(None, old.rows, new.rows, autojunk=False)
    for tag, i, j, m, n in matcher.get_opcodes():
        if tag == "equal":
            for row in old.rows[i:j]:
                yield _row("same", row, row)
            continue
        pairs = min(j - i, n - m)
        for one, other in zip(old.rows[i : i + pairs], new.rows[m:n], strict=False):
            yield _row("changed", one, other)
        for row in old.rows[i + pairs : j]:
            yield _row("gone", row, row)
        for row in new.rows[m + pairs : n]:
            yield _row("new", row, row)


def _row(fate: str, old: Row, new: Row) -> RowChange:
    cells = zip(old.cells, new.cells, strict=True)
    return RowChange(
        fate, new.name, tuple(CellChange(one, two, one != two) for one, two in cells)
    )


def compare(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces, word by word, with what differs marked."""
    old, new = _words(before), _words(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    _add(sides, False, old[:head], new[:head])
    old_end, new_end = len(old) - tail, len(new) - tail
    _compare_between(sides, old[head:old_end], new[head:new_end])
    _add(sides, False, old[old_end:], new[new_end:])
    return sides


def _compare_between(
    sides: tuple[list[Piece], list[Piece]], old: list[str], new: list[str]
) -> None:
    if len(old) + len(new) > 2 * COMPARED_WORDS:
        _add(sides, True, old, new)
        return
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, m, n in matcher.get_opcodes():
        _add(sides, tag != "equal", old[i:j], new[m:n])


def _add(
    sides: tuple[list[Piece], list[Piece]],
    differs: bool,
    old: list[str],
    new: list[str],
) -> None:
    for side, words in zip(sides, (old, new), strict=True):
        if words:
            side.append(Piece("".join(words), differs))


def _shared(old: list[str], new: list[str]) -> int:
    """Return how many words both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    shortest = min(len(old), len(new))
    return next((at for at, (one, other) in pairs if one != other), shortest)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\W", text)
