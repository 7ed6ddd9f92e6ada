"""What of a flight recorder a system's runs bring, over the last of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from systems.models import System
from traces.completeness import Completeness, Field, Share, completeness_of
from traces.merging import merge_copies
from traces.models import Segment, Trace
from traces.shapes import decode_segment
from traces.spans import Kind, SpanShape
from traces.trees import TraceShape

# Enough to see what a system never sends, and few enough to read while somebody waits.
MOST_RUNS = 50
_MOST_SPANS = 5_000


@dataclass(frozen=True, slots=True)
class SystemCompleteness:
    """`shares`: for each field, how many of the runs it concerns have all of it.

    `percent` is the mean of the runs' own scores, rounded down; None without runs.
    """

    system: System
    runs: int
    percent: int | None
    shares: Sequence[Share]


def completeness_of_system(system: System) -> SystemCompleteness:
    """Return what the last runs brought that were counted and are no imports.

    At most 50 runs and about 5,000 spans. Two queries.
    """
    runs = list(_runs_of(system))
    scores = [score.percent for score in runs if score.percent is not None]
    return SystemCompleteness(
        system=system,
        runs=len(runs),
        percent=sum(scores) // len(scores) if scores else None,
        shares=list(_shares(runs)),
    )


def completeness_of_trace(shape: TraceShape) -> Completeness:
    return completeness_of(shape.spans, shape.leaves(Kind.LLM))


def _shares(runs: Sequence[Completeness]) -> Iterator[Share]:
    concerned: Counter[Field] = Counter()
    whole: Counter[Field] = Counter()
    for run in runs:
        concerned.update(share.field for share in run.shares)
        whole.update(share.field for share in run.shares if share.is_whole)
    for field in Field:
        if concerned[field]:
            yield Share(field, whole[field], concerned[field])


def _runs_of(system: System) -> Iterator[Completeness]:
    for spans in _shapes(_recent(system)):
        yield completeness_of_trace(TraceShape(spans))


def _recent(system: System) -> list[UUID]:
    """Return the newest runs, until they are many or long enough."""
    counted = Trace.objects.filter(system=system, synthetic=False, dirty_since=None)
    rows = counted.newest_first().values_list("pk", "spans")[:MOST_RUNS]
    chosen: list[UUID] = []
    left = _MOST_SPANS
    for pk, spans in rows:
        if chosen and spans > left:
            break
        chosen.append(pk)
        left -= spans
    return chosen


def _shapes(keys: Iterable[UUID]) -> Iterator[list[SpanShape]]:
    copies: dict[UUID, list[SpanShape]] = defaultdict(list)
    rows = Segment.objects.filter(trace__in=list(keys)).order_by("batch")
    for pk, trace, shape in rows.values_list("pk", "trace_id", "shape"):
        copies[trace] += decode_segment(bytes(shape), pk)
    return (merge_copies(spans) for spans in copies.values())
