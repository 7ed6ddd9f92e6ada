"""What of a flight recorder a run brought, by name. Pure.

After an accident the fields below are what somebody asks for first: which model, told
what, with which settings and tools, saw what and when, and why it stopped. A field
counts by the calls it should stand on; one that concerns no call of a run is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from traces.fidelity import CUTS
from traces.spans import (
    Direction,
    Kind,
    Part,
    PartFacts,
    PartKind,
    PartShape,
    Span,
    SpanShape,
)

# As it came, or as it was stored: what is asked of it here is the same.
AnySpan = Span | SpanShape
_ANSWERS = frozenset({PartKind.TOOL_RESULT, PartKind.TEXT, PartKind.ERROR})


class Field(StrEnum):
    MODEL = "model"
    PROMPT = "prompt"
    PARAMETERS = "parameters"
    TOOL_SCHEMA = "tool_schema"
    ARGUMENTS = "arguments"
    RESULTS = "results"
    EVIDENCE_TIMES = "evidence_times"
    STOP_REASON = "stop_reason"
    USAGE = "usage"
    VERSION = "version"

    @property
    def words(self) -> str:
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        return _WORDS[self][1]


_WORDS = {
    Field.MODEL: ("Model", "the version that answered, not only the name asked for"),
    Field.PROMPT: ("Prompt", "the instructions the model had"),
    Field.PARAMETERS: ("Parameters", "temperature, limits and the like"),
    Field.TOOL_SCHEMA: ("Tool schemas", "each tool as the model was shown it"),
    Field.ARGUMENTS: ("Arguments", "what each tool was called with"),
    Field.RESULTS: ("Results", "what each tool answered, not cut off"),
    Field.EVIDENCE_TIMES: ("Times of evidence", "when each result was known"),
    Field.STOP_REASON: ("Stop reason", "why each call of a model ended"),
    Field.USAGE: ("Usage", "tokens in and out of each call"),
    Field.VERSION: ("Version", "of the agent that ran"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """On how many of the calls (or tools, or runs) that it concerns a field came."""

    field: Field
    told: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.told == self.of

    @property
    def percent(self) -> int:
        """Rounded down: a hundred is all of it."""
        return 100 * self.told // self.of


@dataclass(frozen=True, slots=True)
class Completeness:
    """The fields that concern a run, in the order of `Field`."""

    shares: Sequence[Share]

    @property
    def percent(self) -> int | None:
        """The mean share over the fields, rounded down; None if none concerns it."""
        if not self.shares:
            return None
        return int(100 * sum(one.told / one.of for one in self.shares)) // len(
            self.shares
        )

    @property
    def missing(self) -> list[Share]:
        return [share for share in self.shares if not share.is_whole]


def completeness_of(spans: Sequence[AnySpan], calls: Sequence[AnySpan]) -> Completeness:
    """Return what spans brought; `calls`: those of models that call no other."""
    shares = [*_of_models(calls), *_of_tools(spans, calls), _of_version(spans)]
    order = list(Field)
    concerned = [share for share in shares if share.of]
    return Completeness(sorted(concerned, key=lambda share: order.index(share.field)))


def _of_models(calls: Sequence[AnySpan]) -> Iterator[Share]:
    for field, told in (
        (Field.MODEL, [bool(call.model) for call in calls]),
        (Field.PROMPT, [bool(call.prompt) for call in calls]),
        (Field.PARAMETERS, [bool(call.parameters) for call in calls]),
        (Field.STOP_REASON, [bool(call.finish) for call in calls]),
        (Field.USAGE, [_has_usage(call) for call in calls]),
    ):
        yield Share(field, sum(told), len(told))


def _has_usage(call: AnySpan) -> bool:
    return call.usage.input is not None and call.usage.output is not None


def _of_version(spans: Sequence[AnySpan]) -> Share:
    told = any(span.release for span in spans)
    return Share(Field.VERSION, int(told), int(bool(spans)))


@dataclass(frozen=True, slots=True)
class _Act:
    """One call of a tool, by its own span or as models tell of it."""

    tool: str
    arguments: bool
    result: bool
    time: bool


def _of_tools(spans: Iterable[AnySpan], calls: Sequence[AnySpan]) -> Iterator[Share]:
    ran = [span for span in spans if span.kind is Kind.TOOL]
    acts = [*map(_act, ran), *_without_span(ran, calls)]
    shown = {name for call in calls for name in call.tools}
    called = {act.tool for act in acts if act.tool}
    yield Share(Field.TOOL_SCHEMA, len(called & shown), len(called))
    yield Share(Field.ARGUMENTS, sum(act.arguments for act in acts), len(acts))
    yield Share(Field.RESULTS, sum(act.result for act in acts), len(acts))
    yield Share(Field.EVIDENCE_TIMES, sum(act.time for act in acts), len(acts))


def _act(span: AnySpan) -> _Act:
    said = [part for part in span.parts if part.direction is Direction.OUT]
    return _Act(
        span.tool,
        any(part.kind is PartKind.TOOL_CALL for part in span.parts),
        any(part.kind in _ANSWERS and _is_whole(part) for part in said),
        bool(span.start_ns and span.end_ns),
    )


def _without_span(ran: Sequence[AnySpan], calls: Sequence[AnySpan]) -> Iterator[_Act]:
    """Yield calls whose result a model was given, and of which no span came.

    A call without either need not have run. Where spans tell no ids, those of a tool
    are taken for all its calls.
    """
    ids = {span.call_id for span in ran if span.call_id}
    unnamed = {span.tool for span in ran if not span.call_id}
    announced = {
        part.call_id: part
        for part in _parts(calls, PartKind.TOOL_CALL, Direction.OUT)
        if part.call_id not in ids and part.name not in unnamed
    }
    results = _results_of(announced, calls)
    for call_id, result in results.items():
        call = announced[call_id]
        yield _Act(call.name, bool(_length(call)), _is_whole(result), time=False)


def _results_of(
    announced: Collection[str], calls: Sequence[AnySpan]
) -> Mapping[str, PartFacts]:
    if not announced:
        return {}
    return {
        part.call_id: part
        for direction in Direction
        for part in _parts(calls, PartKind.TOOL_RESULT, direction)
        if part.call_id in announced
    }


def _parts(
    calls: Iterable[AnySpan], kind: PartKind, direction: Direction
) -> Iterator[PartFacts]:
    """Yield parts of a kind that have an id to be found by."""
    for call in calls:
        for part in call.parts:
            if part.kind is kind and part.direction is direction and part.call_id:
                yield part


def _is_whole(part: PartFacts) -> bool:
    """False for what is empty, or just as long as instruments are known to cut."""
    length = _length(part)
    return bool(length) and length not in CUTS


def _length(part: PartFacts) -> int:
    if isinstance(part, PartShape):
        return part.length
    return len(part.text) if isinstance(part, Part) else 0
