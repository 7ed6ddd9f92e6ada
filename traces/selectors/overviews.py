"""What a page says of a whole run beside its steps: state, lacks, calls, versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from traces.captions import CAPTIONS
from traces.completeness import Completeness, completeness_of
from traces.context_windows import AS_OF, share_used
from traces.figures import moment
from traces.lost_calls import lost_calls
from traces.models import State, Trace
from traces.resending import Resent, largest_resent
from traces.selectors.steps import seconds_of
from traces.spans import Direction, Fidelity, Kind, PartKind, SpanShape
from traces.stop_classes import of_reason
from traces.time_shares import (
    LEAST_TOOLS_PERCENT,
    MOST_PLANNING_PERCENT,
    TimeShares,
    shares_of,
)
from traces.trees import TraceShape, is_hollow

# Rows of a table on the page; the rest is counted.
MOST_CALLS = 100
_MOST_IDS = 6


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing, in words, and the ids of the spans concerned."""

    words: str
    spans: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call of a model, in figures."""

    number: int
    span: SpanShape

    @property
    def turn(self) -> int:
        return self.span.turn or self.number

    @property
    def model(self) -> str:
        return self.span.model or self.span.model_asked

    @property
    def at(self) -> datetime | None:
        return moment(self.span.start_ns) if self.span.start_ns else None

    @property
    def seconds(self) -> float | None:
        return seconds_of(self.span)

    @property
    def context_percent(self) -> int | None:
        return share_used(self.model, self.span.usage.input)

    @property
    def given(self) -> int:
        """Characters that it was given: told where tokens are not."""
        return sum(p.length for p in self.span.parts if p.direction is Direction.IN)

    @property
    def declared(self) -> str:
        """The class of what the provider declared, where it is another than derived."""
        if not self.span.finish:
            return ""
        raw = of_reason(self.span.finish[0], self.span.provider)
        return raw if raw != self.span.stop_class else ""


@dataclass(frozen=True, slots=True)
class Versions:
    """What a run says it was made of; fingerprints tell equal from other."""

    models: list[str]
    models_asked: list[str]
    prompts: list[str]
    tools: dict[str, str]
    releases: list[str]
    services: list[str]
    dialects: list[str]


@dataclass(frozen=True, slots=True)
class Overview:
    state: State
    lacks: Sequence[Lack]
    shares: TimeShares
    calls: Sequence[CallLine]
    more_calls: int
    versions: Versions
    replayed: Sequence[SpanShape]
    recorder: Completeness
    captions: Sequence[tuple[Fidelity, str]]
    resent: Resent | None
    windows_as_of: object = AS_OF
    most_planning: int = MOST_PLANNING_PERCENT
    least_tools: int = LEAST_TOOLS_PERCENT

    @property
    def fullest(self) -> int | None:
        """The largest share of a context that a call took, in per cent."""
        told = [line.context_percent for line in self.calls]
        return max((one for one in told if one is not None), default=None)


def overview_of(trace: Trace, shape: TraceShape, now: datetime) -> Overview:
    calls = shape.leaves(Kind.LLM)
    lines = [CallLine(n, call) for n, call in enumerate(calls[:MOST_CALLS], start=1)]
    return Overview(
        state=trace.state_at(now),
        lacks=list(_lacks(shape, calls)),
        shares=shares_of(shape),
        calls=lines,
        more_calls=len(calls) - len(lines),
        versions=_versions(shape.spans),
        replayed=[span for span in shape.spans if span.beside],
        recorder=completeness_of(shape.spans, calls),
        captions=_captions(shape.spans),
        resent=largest_resent(calls),
    )


def _captions(spans: Sequence[SpanShape]) -> list[tuple[Fidelity, str]]:
    """What the reasoning that there is as text is, once for each kind of it."""
    found = (
        part.fidelity
        for span in spans
        for part in span.parts
        if part.kind is PartKind.REASONING and part.length and part.fidelity
    )
    return [(label, CAPTIONS[label]) for label in dict.fromkeys(found)]


def _lacks(shape: TraceShape, calls: Sequence[SpanShape]) -> Iterator[Lack]:
    root = shape.root
    if root is None:
        yield Lack("The root: no span says where the run begins.")
    elif not root.end_ns:
        yield Lack("The end: the root span has not ended.", (root.span_id,))
    if shape.unread:
        spans = _counted(shape.unread, "span")
        yield Lack(f"{spans}: kept, and not read here; the run is too long.")
    orphaned = sorted(shape.missing & shape.missing_parents)
    if orphaned:
        yield _lack("parent", "named by its children, never came", orphaned)
    hollow = [span.span_id for span in shape.spans if is_hollow(span)]
    if hollow:
        yield _lack("span", "known from log events only", hollow)
    if lost := lost_calls(shape.spans, calls):
        fate = "announced and answered, but no span of it came"
        yield _lack("call", fate, lost)
    still_open = [s.span_id for s in shape.open_spans if s is not root]
    if still_open:
        yield _lack("span", "began and never ended", still_open)
    if shape.rings:
        yield _lack("span", "in a ring of parents", sorted(shape.rings))
    dropped = sum(span.dropped for span in shape.spans)
    if dropped:
        yield Lack(f"{_counted(dropped, 'attribute')} or event: dropped by the sender.")
    silent = [call.span_id for call in calls if not call.parts]
    if silent:
        yield _lack("model call", "came without any words", silent)


def _lack(noun: str, fate: str, spans: Sequence[str]) -> Lack:
    words = f"{_counted(len(spans), noun)}: {fate}."
    return Lack(words, tuple(spans[:_MOST_IDS]), max(0, len(spans) - _MOST_IDS))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' if number > 1 else ''}"


def _versions(spans: Sequence[SpanShape]) -> Versions:
    tools: dict[str, str] = {}
    for span in spans:
        tools |= span.tools
    return Versions(
        models=_distinct(span.model for span in spans),
        models_asked=_distinct(
            span.model_asked for span in spans if span.model_asked != span.model
        ),
        prompts=_distinct(span.prompt for span in spans),
        tools=dict(sorted(tools.items())),
        releases=_distinct(span.release for span in spans),
        services=_distinct(span.service for span in spans),
        dialects=_distinct(span.dialect for span in spans),
    )


def _distinct(values: Iterable[str]) -> list[str]:
    """The values told, the most frequent first."""
    counted = Counter(value for value in values if value)
    return [value for value, _ in counted.most_common()]
