"""Where the time of a run went, by kind of span. Pure, in whole nanoseconds.

A call of a model is planning where it stands below a span that plans, reflects or
checks the agent's own work: what the agent did about its task, and not for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from traces.spans import Kind, Span, SpanFacts, SpanShape
from traces.trees import SpanTree

S = TypeVar("S", Span, SpanShape)
Interval = tuple[int, int]

# Planning, reflecting, checking itself.
PLANNING: Final = frozenset({Kind.PLANNING, Kind.EVALUATION})
# Half of the time and more goes into planning while tools have less than a third of
# it: an agent that is busy with itself. A chat without tools is none.
MOST_PLANNING_PERCENT: Final = 50
LEAST_TOOLS_PERCENT: Final = 30
# Whose time is that of the planning they were called by, and what may stand between.
_THINKING = frozenset({Kind.LLM, Kind.OTHER})
_BETWEEN = _THINKING | {Kind.AGENT, Kind.WORKFLOW}
_MS = 1_000_000
_WHOLE = "whole"


def is_mostly_planning(planning_percent: int, tools_percent: int) -> bool:
    """True if the two shares, in per cent, are past their limits."""
    return (
        planning_percent >= MOST_PLANNING_PERCENT
        and tools_percent < LEAST_TOOLS_PERCENT
    )


def percent_of(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True, slots=True)
class Share:
    """Time in which at least one span of the kind was at work, none below it.

    Spans at work at the same time count in each of their kinds, so shares may add up to
    more than the whole. `kind` None: nothing was at work.
    """

    kind: Kind | None
    ns: int
    whole_ns: int

    @property
    def percent(self) -> int:
        return percent_of(self.ns, self.whole_ns)


@dataclass(frozen=True, slots=True)
class TimeShares:
    """`reasoning_ns`: the part of the model's time that its reasoning tokens make up.

    An estimate by the share of reasoning among the tokens put out, which all take
    about as long; None where the tokens were not told.
    """

    shares: list[Share]
    whole_ns: int
    reasoning_ns: int | None

    @property
    def whole_seconds(self) -> float:
        return self.whole_ns / 1_000_000_000

    @property
    def reasoning_percent(self) -> int:
        return percent_of(self.reasoning_ns or 0, self.whole_ns)

    @property
    def planning_percent(self) -> int:
        return self._percent(PLANNING)

    @property
    def tools_percent(self) -> int:
        return self._percent({Kind.TOOL})

    @property
    def is_mostly_planning(self) -> bool:
        return is_mostly_planning(self.planning_percent, self.tools_percent)

    def in_ms(self) -> dict[str, int]:
        """Return milliseconds by kind, and of the whole; empty without times."""
        if not self.whole_ns:
            return {}
        told = {str(one.kind): one.ns // _MS for one in self.shares if one.kind}
        return {_WHOLE: self.whole_ns // _MS, **told}

    def _percent(self, kinds: Iterable[Kind]) -> int:
        wanted = set(kinds)
        ns = sum(one.ns for one in self.shares if one.kind in wanted)
        return percent_of(ns, self.whole_ns)


def shares_of(shape: SpanTree[S]) -> TimeShares:
    """Return the shares of a run's time, the largest first."""
    ended = [span for span in shape.spans if span.end_ns > span.start_ns > 0]
    if not ended:
        return TimeShares([], 0, None)
    start = min(span.start_ns for span in ended)
    whole = max(span.end_ns for span in ended) - start
    at_work = [span for span in ended if not shape.children.get(span.span_id)]
    shares = [
        Share(kind, covered(times), whole)
        for kind, times in _by_kind(at_work, shape).items()
    ]
    shares.sort(key=lambda share: share.ns, reverse=True)
    idle = whole - covered((span.start_ns, span.end_ns) for span in at_work)
    if idle:
        shares.append(Share(None, idle, whole))
    return TimeShares(shares, whole, _reasoning(shape.leaves(Kind.LLM)))


def _by_kind(at_work: Sequence[S], shape: SpanTree[S]) -> dict[Kind, list[Interval]]:
    planned = _planned(shape)
    found: dict[Kind, list[Interval]] = defaultdict(list)
    for span in at_work:
        is_thinking = span.kind in _THINKING
        kind = planned.get(span.span_id, span.kind) if is_thinking else span.kind
        found[kind].append((span.start_ns, span.end_ns))
    return found


def _planned(shape: SpanTree[S]) -> Mapping[str, Kind]:
    """Return the kind of the planning that each span was called by, if by any."""
    if not any(span.kind in PLANNING for span in shape.spans):
        return {}
    below: dict[str, Kind] = {}
    for span, _ in shape.walk():
        if span.kind in PLANNING:
            below[span.span_id] = span.kind
        elif span.parent_id in below and span.kind in _BETWEEN:
            below[span.span_id] = below[span.parent_id]
    return below


def covered(intervals: Iterable[Interval]) -> int:
    """Return how long at least one of the intervals lasts."""
    total = end = 0
    for start, stop in sorted(intervals):
        total += max(0, stop - max(start, end))
        end = max(end, stop)
    return total


def _reasoning(calls: Iterable[SpanFacts]) -> int | None:
    told = [
        (call.end_ns - call.start_ns) * call.usage.reasoning // call.usage.output
        for call in calls
        if call.usage.reasoning is not None
        and call.usage.output
        and call.end_ns > call.start_ns
    ]
    return sum(told) if told else None
