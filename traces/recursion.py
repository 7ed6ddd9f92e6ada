"""Tools and agents that were called again below themselves. Pure.

A call that leads back to itself is told by the tree only: drawn as a list its rounds
look like calls side by side. One call told twice (by the caller and, say, by a server
of the Model Context Protocol) is no round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from traces.spans import Kind, SpanShape
from traces.trees import TraceShape

_CALLED = frozenset({Kind.TOOL, Kind.AGENT, Kind.WORKFLOW})
# Names of a way round that are shown; a longer one is cut in its middle.
_MOST_NAMES = 6

What = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Round:
    """A call that stands below one of the same. `number` counts them from the top, so
    that the first call back is round 2; `way` names what led there, both ends too."""

    number: int
    way: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """A way round, how often it was gone at most in one branch, and in all."""

    way: tuple[str, ...]
    rounds: int
    calls: int


def rounds_of(shape: TraceShape) -> dict[str, Round]:
    """Return the calls that lead back to what called them, by span id."""
    return dict(_rounds(shape))


def cycles_of(rounds: dict[str, Round]) -> list[Cycle]:
    """Return the ways round that there are, the most often gone first.

    One way round is met from each of its calls; it is told from the first of them.
    """
    found: dict[tuple[str, ...], list[Round]] = {}
    known: dict[frozenset[str], tuple[str, ...]] = {}
    for one in rounds.values():
        if known.setdefault(frozenset(one.way), one.way) == one.way:
            found.setdefault(one.way, []).append(one)
    cycles = (
        Cycle(way, max(one.number for one in gone), len(gone))
        for way, gone in found.items()
    )
    return sorted(cycles, key=lambda cycle: -cycle.calls)


def _rounds(shape: TraceShape) -> Iterator[tuple[str, Round]]:
    """Walk once, with the calls above each span and where each name stands in them."""
    above: list[tuple[int, SpanShape]] = []
    places: dict[What, list[int]] = {}
    for span, depth in shape.walk():
        while above and above[-1][0] >= depth:
            places[_what(above.pop()[1])].pop()
        if span.kind not in _CALLED:
            continue
        found = places.setdefault(_what(span), [])
        if found and _is_same_call(above, found[-1], span):
            continue
        if found:
            between = above[found[-1] :]
            yield span.span_id, Round(len(found) + 1, _way(between, span))
        found.append(len(above))
        above.append((depth, span))


def _what(span: SpanShape) -> What:
    return span.kind, _name(span)


def _name(span: SpanShape) -> str:
    return span.tool or span.agent or span.name


def _is_same_call(
    above: list[tuple[int, SpanShape]], place: int, span: SpanShape
) -> bool:
    """True if nothing else was called in between, unless they say they are two."""
    last = above[place][1]
    are_two = last.call_id and span.call_id and last.call_id != span.call_id
    return place == len(above) - 1 and not are_two


def _way(between: list[tuple[int, SpanShape]], span: SpanShape) -> tuple[str, ...]:
    names = [_name(one) for _, one in between]
    if len(names) >= _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 2], "…", names[-1]]
    return (*names, _name(span))
