"""The tree of a run as rows with time bars; of a long one only so many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from traces.recursion import Cycle, Round, cycles_of, rounds_of
from traces.selectors.steps import seconds_of
from traces.spans import Fidelity, PartKind, SpanShape
from traces.trees import TraceShape, is_hollow

ROWS = 200
# A bar is drawn on a line of a thousand; the shortest can still be seen.
_LINE, _LEAST = 1000, 4
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class TreeRow:
    """`offset` and `length` are thousandths of the run; `length` 0: no times known."""

    span: SpanShape
    depth: int
    offset: int
    length: int
    is_ring: bool
    is_orphan: bool
    round: Round | None

    @property
    def indent(self) -> int:
        return min(self.depth, _DEEPEST)

    @property
    def seconds(self) -> float | None:
        return seconds_of(self.span)

    @property
    def is_hollow(self) -> bool:
        return is_hollow(self.span)

    @property
    def is_open(self) -> bool:
        return not self.span.end_ns and not self.is_hollow

    @property
    def fidelities(self) -> list[Fidelity]:
        found = (
            part.fidelity
            for part in self.span.parts
            if part.kind in (PartKind.REASONING, PartKind.OPAQUE) and part.fidelity
        )
        return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class TreeRows:
    """Rows drawn together, and where the next ones begin (0: there are none).

    `cycles` are those of the whole run.
    """

    rows: Sequence[TreeRow]
    next: int
    total: int
    cycles: Sequence[Cycle]

    @property
    def left(self) -> int:
        return self.total - self.next if self.next else 0


def tree_rows(shape: TraceShape, start: int = 0) -> TreeRows:
    end = start + ROWS
    rounds = rounds_of(shape)
    rows = list(islice(_rows(shape, rounds), start, end))
    total = len(shape.spans)
    return TreeRows(rows, end if end < total else 0, total, cycles_of(rounds))


def _rows(shape: TraceShape, rounds: Mapping[str, Round]) -> Iterator[TreeRow]:
    begun = [span.start_ns for span in shape.spans if span.start_ns]
    ended = [max(span.start_ns, span.end_ns) for span in shape.spans if span.start_ns]
    first, whole = min(begun, default=0), max(ended, default=0) - min(begun, default=0)
    for span, depth in shape.walk():
        offset, length = _bar(span, first, whole)
        yield TreeRow(
            span,
            depth,
            offset,
            length,
            is_ring=span.span_id in shape.rings,
            is_orphan=span.parent_id in shape.missing_parents,
            round=rounds.get(span.span_id),
        )


def _bar(span: SpanShape, first: int, whole: int) -> tuple[int, int]:
    if not span.start_ns:
        return 0, 0
    if not whole:
        return 0, _LINE
    lasts = max(0, span.end_ns - span.start_ns)
    length = max(_LEAST, _LINE * lasts // whole)
    offset = min(_LINE * (span.start_ns - first) // whole, _LINE - length)
    return max(0, offset), min(length, _LINE)
