"""Results of tools that say different things of the same thing. Pure.

Only what is exact is held against each other: the same scalar under the same name, in
answers to the same call, or in two objects that bear the same ids and no others. Two
such values need not be wrong (something may have changed in between), but whoever reads
one should know of the other.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import orjson

from traces.own_dates import is_own_date, plain_name

_DEEPEST = 3
# Of one result; a page is not a diff.
_MOST = 5
_LONGEST_VALUE = 80
_LONGEST_TEXT = 200_000
# customer_id, Customer-Id, customerId or customerID; not "paid".
_ID = re.compile(r"(?i:id|.*[_\s-]id)|.*[a-z0-9]I[dD]")
# What differs from call to call whatever was asked; by `plain_name`.
_OF_THE_CALL = frozenset({
    "requestid", "traceid", "spanid", "timestamp", "time", "now", "etag", "cursor",
    "next", "nonce", "token", "elapsed", "duration", "durationms", "latencyms",
    "took", "tookms", "page",
})  # fmt: skip
Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a tool was asked and answered, as the reader reads it.

    `arguments` is None where nobody knows them: it may have been asked for anything.
    """

    tool: str
    arguments: str | None
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

    A value is held against the nearest one of the same name that differs from it, the
    earlier and the later one; linear in all there is.
    """
    found: dict[int, list[Clash]] = defaultdict(list)
    for (_, key), series in _series_in(answers).items():
        for here, there in chain(_apart(series), _apart(reversed(series))):
            clash = Clash(there.index, key, _shown(here.value), _shown(there.value))
            if clash not in found[here.index] and len(found[here.index]) < _MOST:
                found[here.index].append(clash)
    return dict(found)


def _series_in(
    answers: Sequence[Answered],
) -> dict[tuple[Hashable, str], list[_Said]]:
    """Return what is said of each thing by each name, once by each answer, in order."""
    told: dict[tuple[Hashable, str], list[_Said]] = defaultdict(list)
    for index, answer in enumerate(answers):
        for thing, key, value in _told(answer):
            series = told[thing, key]
            if not series or series[-1].index != index:
                series.append(_Said(index, value))
    return told


def _apart(series: Iterable[_Said]) -> Iterator[tuple[_Said, _Said]]:
    """Yield each with the nearest before it that says otherwise."""
    last: _Said | None = None
    otherwise: _Said | None = None
    for said in series:
        if last is not None and last.value != said.value:
            otherwise = last
        if otherwise is not None:
            yield said, otherwise
        last = said


def _told(answer: Answered) -> Iterator[tuple[Hashable, str, Scalar]]:
    """Yield what is said of which thing: of what was asked for, and of what has ids."""
    result = _loaded(answer.result)
    if not isinstance(result, dict):
        return
    known = answer.arguments
    asked = None if known is None else ("call", answer.tool, _canonical(known))
    for path, one in _objects(result):
        scalars = {
            key: value
            for key, value in one.items()
            if not isinstance(value, dict | list) and not _is_of_the_call(key)
        }
        for key, value in scalars.items() if asked else ():
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
        (tool if plain_name(key) == "id" else "", plain_name(key), str(value))
        for key, value in one.items()
        if _ID.fullmatch(key)
        and plain_name(key) not in _OF_THE_CALL
        and isinstance(value, str | int)
        and not isinstance(value, bool)
    }
    return frozenset(ids)


def _is_of_the_call(key: str) -> bool:
    return plain_name(key) in _OF_THE_CALL or is_own_date(key)


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
