"""Where the time of a run went, by kind of span. Pure, in whole nanoseconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from traces.spans import Kind, SpanShape
from traces.trees import TraceShape

Interval = tuple[int, int]


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
        return round(100 * self.ns / self.whole_ns) if self.whole_ns else 0


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
        if not self.reasoning_ns or not self.whole_ns:
            return 0
        return round(100 * self.reasoning_ns / self.whole_ns)


def shares_of(shape: TraceShape) -> TimeShares:
    """Return the shares of a run's time, the largest first."""
    ended = [span for span in shape.spans if span.end_ns > span.start_ns > 0]
    if not ended:
        return TimeShares([], 0, None)
    start = min(span.start_ns for span in ended)
    whole = max(span.end_ns for span in ended) - start
    at_work = [span for span in ended if not shape.children.get(span.span_id)]
    by_kind: dict[Kind, list[Interval]] = defaultdict(list)
    for span in at_work:
        by_kind[span.kind].append((span.start_ns, span.end_ns))
    shares = [Share(kind, covered(times), whole) for kind, times in by_kind.items()]
    shares.sort(key=lambda share: share.ns, reverse=True)
    idle = whole - covered((span.start_ns, span.end_ns) for span in at_work)
    if idle:
        shares.append(Share(None, idle, whole))
    return TimeShares(shares, whole, _reasoning(shape.leaves(Kind.LLM)))


def covered(intervals: Iterable[Interval]) -> int:
    """Return how long at least one of the intervals lasts."""
    total = end = 0
    for start, stop in sorted(intervals):
        total += max(0, stop - max(start, end))
        end = max(end, stop)
    return total


def _reasoning(calls: Iterable[SpanShape]) -> int | None:
    told = [
        (call.end_ns - call.start_ns) * call.usage.reasoning // call.usage.output
        for call in calls
        if call.usage.reasoning is not None
        and call.usage.output
        and call.end_ns > call.start_ns
    ]
    return sum(told) if told else None
