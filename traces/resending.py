"""Texts that the models of a run were given again and again. Pure.

Histories come whole with every call, so one long result early in a run is paid for, and
weighs on the answer, in every later turn. Told in figures only: what a text says is for
those who may read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from traces.spans import Direction, PartKind, PartShape, SpanShape, WordClass

# Instructions and tools are meant to come with every call.
_STANDING = frozenset({PartKind.INSTRUCTIONS, PartKind.TOOL_DEFINITION})


@dataclass(frozen=True, slots=True)
class Resent:
    """A text, the call of a model that was first given it, and how it came back.

    `name` is the tool whose call or result it is. `times` of the run's `calls` were
    given it; `percent` is its share of all that they were given, in characters.
    """

    part: PartShape
    name: str
    first: SpanShape
    times: int
    calls: int
    percent: int


def largest_resent(calls: Sequence[SpanShape]) -> Resent | None:
    """Return the text that took the most room by being sent again; None if none was.

    `calls`: those of models, in order. Only long texts are known again, and only they
    weigh: that a question comes with every call is how histories are.
    """
    found: dict[tuple[WordClass, str], list[tuple[PartShape, SpanShape]]] = {}
    for call in calls:
        given = {(part.words, part.same): part for part in _given(call) if part.same}
        for identity, part in given.items():
            if part.kind not in _STANDING:
                found.setdefault(identity, []).append((part, call))
    again = [times for times in found.values() if len(times) > 1]
    if not again:
        return None
    most = max(again, key=_weight)
    part, first = most[0]
    whole = sum(part.length for part in chain(*map(_given, calls)))
    share = round(100 * part.length * len(most) / whole)
    name = part.name or _tool_of(part, calls)
    return Resent(part, name, first, len(most), len(calls), share)


def _tool_of(part: PartShape, calls: Sequence[SpanShape]) -> str:
    """Histories tell a result by the id of its call alone."""
    told = (one for call in calls for one in call.parts)
    return next(
        (one.name for one in told if one.name and one.call_id == part.call_id), ""
    )


def _given(call: SpanShape) -> list[PartShape]:
    return [part for part in call.parts if part.direction is Direction.IN]


def _weight(times: list[tuple[PartShape, SpanShape]]) -> int:
    return times[0][0].length * (len(times) - 1)
