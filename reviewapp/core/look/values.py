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
FOLD_FROM = 80
# A value of more lines than anybody reads one by one is given as JSON beyond its head;
# drawing each of 100,000 lines would also keep the page from coming at all.
MOST_LINES = 1_000
# Deeper nesting is still shown, but indented no further.
DEEPEST_INDENT = 5
# Comparing is quadratic at worst, and agents choose the texts: where more words than
# this stand between the first and the last difference, all between them is marked.
COMPARED_WORDS = 150

# An item of a list no larger than this is one line: a flight, a passenger.
RECORD_FIELDS = 4
RECORD_CHARACTERS = 40

_LOOKS_LIKE_ANOTHER_TYPE = re.compile(
    r"(?:|true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\Z"
)
_SHOWN_CONTROLS = "\n\t"
_WITHOUT_SHOWN_CONTROLS = str.maketrans("", "", _SHOWN_CONTROLS)


@dataclass(frozen=True, slots=True)
class Line:
    """One name and its value. `rest` is what was folded away of a long text.

    A small flat item of a list is one line with its fields as `pairs`.
    """

    depth: int
    name: str
    kind: str
    text: str = ""
    rest: str = ""
    pairs: tuple[tuple[str, str], ...] = ()

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
        return "All values, as JSON" if self.is_raw else f"{len(self.rest)} more values"

    @property
    def is_folded(self) -> bool:
        """True if something must be opened before all has been seen."""
        return bool(self.rest) or any(line.rest for line in self.head)


# Any: a JSON value has no narrower Python type.
def lines_of(value: Any, *, fold: bool = True) -> Lines:
    """Lay a JSON value out as lines, depth first, in the order it was sent.

    Without `fold` all of them are in the head.
    """
    walk = _walk(value, name="", depth=0, fold=fold)
    lines = list(islice(walk, MOST_LINES + 1))
    is_raw = len(lines) > MOST_LINES
    if is_raw:
        whole = json.dumps(value, indent=1, ensure_ascii=False)
        lines = [*lines[:LINES], Line(0, "the whole", "text", whole)]
    cut = LINES if fold else len(lines)
    return Lines(head=lines[:cut], rest=lines[cut:], is_raw=is_raw)


def _walk(value: Any, *, name: str, depth: int, fold: bool) -> Iterator[Line]:
    indent = min(depth, DEEPEST_INDENT)
    if isinstance(value, Mapping | list) and value:
        if name.startswith("[") and (pairs := _record(value)):
            yield Line(indent, name, "record", pairs=pairs)
            return
        if name:
            yield Line(indent, name, "group", _count(value))
        inner = depth + 1 if name else depth
        for key, part in _parts(value):
            yield from _walk(part, name=key, depth=inner, fold=fold)
        return
    kind, text = _leaf(value)
    head, rest = _fold(text) if fold else (text, "")
    yield Line(indent, name, kind, head, rest)


def _record(value: Mapping[str, Any] | list[Any]) -> tuple[tuple[str, str], ...]:
    """Return the fields of a small flat item; nothing where it needs more room."""
    if isinstance(value, list) or len(value) > RECORD_FIELDS:
        return ()
    if any(isinstance(part, Mapping | list) and part for part in value.values()):
        return ()
    pairs = tuple((name, _leaf(part)[1]) for name, part in value.items())
    is_small = all(
        len(name) + len(text) <= RECORD_CHARACTERS and "\n" not in text
        for name, text in pairs
    )
    return pairs if is_small else ()


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
        return _leaf(value)[1]
    return json.dumps(value, indent=2, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and whether it differs from its counterpart."""

    text: str
    differs: bool


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
