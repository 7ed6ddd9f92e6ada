"""Results of tools that say different things of the same thing. Pure.

Only what is exact is held against each other: the same scalar under the same name, in
answers to the same call, or in two objects that bear the same ids and no others. Two
such values need not be wrong (something may have changed in between), but whoever reads
one should know of the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from traces.own_dates import is_own_date

_DEEPEST = 3
# Of one pair of results; a page is not a diff.
_MOST = 5
_LONGEST_VALUE = 80
_LONGEST_TEXT = 200_000
# What differs from call to call whatever was asked.
_OF_THE_CALL = frozenset({
    "request_id", "trace_id", "span_id", "timestamp", "time", "now", "etag", "cursor",
    "next", "nonce", "token", "elapsed", "duration", "duration_ms", "latency_ms",
    "took", "took_ms", "page",
})  # fmt: skip
Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a tool was asked and answered, as the reader reads it."""

    tool: str
    arguments: str
    result: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Another result says otherwise: which (an index), of what, and what each says."""

    other: int
    key: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class _Said:
    index: int
    value: Scalar


def clashes_in(answers: Sequence[Answered]) -> dict[int, list[Clash]]:
    """Return for each answer, by its index, what others say otherwise.

    A value is held against the nearest earlier one of the same name that differs from
    it; linear in all there is.
    """
    found: dict[int, list[Clash]] = defaultdict(list)
    last: dict[tuple[Hashable, str], _Said] = {}
    for index, answer in enumerate(answers):
        for thing, key, value in _told(answer):
            before = last.get((thing, key))
            last[thing, key] = _Said(index, value)
            if before and before.index != index and before.value != value:
                _note(found, key, _Said(index, value), before)
    return dict(found)


def _note(found: dict[int, list[Clash]], key: str, here: _Said, there: _Said) -> None:
    for one, other in ((here, there), (there, here)):
        clash = Clash(other.index, key, _shown(one.value), _shown(other.value))
        if clash not in found[one.index] and len(found[one.index]) < _MOST:
            found[one.index].append(clash)


def _told(answer: Answered) -> Iterator[tuple[Hashable, str, Scalar]]:
    """Yield what is said of which thing: of what was asked for, and of what has ids."""
    result = _loaded(answer.result)
    if not isinstance(result, dict):
        return
    asked = ("call", answer.tool, _canonical(answer.arguments))
    for path, one in _objects(result):
        scalars = {
            key: value
            for key, value in one.items()
            if not isinstance(value, dict | list) and not _is_of_the_call(key)
        }
        for key, value in scalars.items():
            yield asked, ".".join((*path, key)), value
        if ids := _ids_of(one, answer.tool):
            for key, value in scalars.items():
                yield ids, key, value


# Any, from here on: what a tool wrote is JSON.
def _objects(
    value: dict[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """An object and those within it; entries of lists are many things of one name."""
    yield path, value
    if len(path) >= _DEEPEST:
        return
    for key, within in value.items():
        if isinstance(within, dict):
            yield from _objects(within, (*path, key))


def _ids_of(one: dict[str, Any], tool: str) -> Hashable:
    """The ids that an object bears; a bare `id` says which thing to its tool alone."""
    ids = {
        (tool if key == "id" else "", key, str(value))
        for key, value in one.items()
        if (key == "id" or key.endswith("_id"))
        and key not in _OF_THE_CALL
        and isinstance(value, str | int)
        and not isinstance(value, bool)
    }
    return frozenset(ids)


def _is_of_the_call(key: str) -> bool:
    return key.lower() in _OF_THE_CALL or is_own_date(key)


def _loaded(text: str) -> Any:
    if not text or len(text) > _LONGEST_TEXT:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _canonical(arguments: str) -> str:
    value = _loaded(arguments)
    if value is None:
        return arguments
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _shown(value: Scalar) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
