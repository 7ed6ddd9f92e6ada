"""The tree of a trace: who called whom, what is missing, what goes round. Pure.

A parent that never came, a span that names itself or a ring of spans must neither hide
a span nor hang a page: whatever no root leads to becomes a root itself, and is marked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from traces.spans import Kind, SpanFacts, SpanShape

S = TypeVar("S", bound=SpanFacts)


class SpanTree(Generic[S]):
    """Spans of one trace, each once, in order of start; how they hang together."""

    def __init__(self, spans: Sequence[S]) -> None:
        self.spans = spans
        self.by_id = {span.span_id: span for span in spans}

    @cached_property
    def children(self) -> dict[str, list[S]]:
        """Spans by the id of their parent, in order of start."""
        found: dict[str, list[S]] = {}
        for span in self.spans:
            if span.parent_id in self.by_id and span.parent_id != span.span_id:
                found.setdefault(span.parent_id, []).append(span)
        return found

    @cached_property
    def missing_parents(self) -> frozenset[str]:
        """Ids that spans name as their parent and that never came here."""
        named = {span.parent_id for span in self.spans if span.parent_id}
        return frozenset(named - self.by_id.keys())

    @cached_property
    def missing(self) -> frozenset[str]:
        """Missing parents that were to come here, and spans only told of by events.

        A parent that ran elsewhere (its flags say remote) need not export to us.
        """
        expected = {
            span.parent_id
            for span in self.spans
            if span.parent_id in self.missing_parents and not span.remote_parent
        }
        return frozenset(
            expected | {one.span_id for one in self.spans if is_hollow(one)}
        )

    @cached_property
    def roots(self) -> list[S]:
        """Where a walk begins: true roots, orphans, and one span of every ring."""
        tops = [
            span
            for span in self.spans
            if not span.parent_id or span.parent_id in self.missing_parents
        ]
        reached: set[str] = set()
        for top in tops:
            self._reach(top, reached)
        for span in self.spans:
            if span.span_id not in reached:
                tops.append(self._in_ring_above(span))
                self._reach(tops[-1], reached)
        return sorted(tops, key=lambda span: (span.start_ns, span.end_ns, span.span_id))

    @cached_property
    def rings(self) -> frozenset[str]:
        """Ids of spans that are made roots because their ancestors go round."""
        return frozenset(
            span.span_id
            for span in self.roots
            if span.parent_id and span.parent_id in self.by_id
        )

    @cached_property
    def root(self) -> S | None:
        """The run itself: the longest of the true roots, if there is any."""
        true = [span for span in self.roots if not span.parent_id]
        return max(true, key=lambda span: span.end_ns - span.start_ns, default=None)

    @property
    def open_spans(self) -> list[S]:
        return [span for span in self.spans if not span.end_ns and not is_hollow(span)]

    @property
    def is_whole(self) -> bool:
        """True if nothing is missing as far as the spans themselves tell."""
        root = self.root
        return (
            root is not None
            and bool(root.end_ns)
            and not self.missing
            and not self.rings
            and not self.open_spans
        )

    def walk(self) -> Iterator[tuple[S, int]]:
        """Yield every span once with its depth, parents before children."""
        seen: set[str] = set()
        for top in self.roots:
            yield from self._below(top, seen)

    def leaves(self, kind: Kind) -> list[S]:
        """Spans of a kind that call none of the same: agents repeat what these used."""
        return [
            span
            for span in self.spans
            if span.kind is kind
            and not any(
                child.kind is kind for child in self.children.get(span.span_id, ())
            )
        ]

    def _reach(self, top: S, reached: set[str]) -> None:
        """Add the ids of a span and of all below it that were not reached before."""
        for _ in self._below(top, reached):
            pass

    def _in_ring_above(self, span: S) -> S:
        """Return where the ancestors of a span, which no root leads to, go round."""
        passed: set[str] = set()
        while span.span_id not in passed:
            passed.add(span.span_id)
            span = self.by_id[span.parent_id]
        return span

    def _below(self, top: S, seen: set[str]) -> Iterator[tuple[S, int]]:
        """Walk without recursion: a run may be deeper than Python's stack."""
        waiting = [(top, 0)]
        while waiting:
            span, depth = waiting.pop()
            if span.span_id in seen:
                continue
            seen.add(span.span_id)
            yield span, depth
            below = self.children.get(span.span_id, ())
            waiting += [(child, depth + 1) for child in reversed(below)]


class TraceShape(SpanTree[SpanShape]):
    """A trace as it is read back: merged spans, and where their words are.

    `unread` spans came as well and are kept: the run is longer than is read at once.
    """

    def __init__(self, spans: Sequence[SpanShape], unread: int = 0) -> None:
        super().__init__(spans)
        self.unread = unread

    @property
    def is_whole(self) -> bool:
        return super().is_whole and not self.unread


def is_hollow(span: SpanFacts) -> bool:
    """True for a span of which only log events came."""
    return span.supplement
