"""A run as a reader follows it: what it heard, thought, said and did, in turn. Pure.

A step is one call of a model that calls no other, with the acts that followed from it.
What a model announces (a tool call it put out) and what ran (a tool's span) are brought
together by the call's id, else by name and time; either may be without the other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from traces.fates import Fate
from traces.spans import Direction, Fidelity, Kind, PartKind, PartShape, SpanShape
from traces.trees import TraceShape

_ACTS = frozenset(
    {
        Kind.TOOL,
        Kind.RETRIEVAL,
        Kind.MEMORY,
        Kind.GUARDRAIL,
        Kind.EVALUATION,
        Kind.PLANNING,
    }
)
_SCOPES = frozenset({Kind.AGENT, Kind.WORKFLOW})
_SAID = (PartKind.TEXT, PartKind.ATTACHMENT, PartKind.ERROR, PartKind.OTHER)
_THOUGHT = (PartKind.REASONING, PartKind.OPAQUE)
# Tuples: one or two comparisons are quicker than the hash of an enum.
_CALLS, _RESULTS = (PartKind.TOOL_CALL,), (PartKind.TOOL_RESULT,)
_CAME_OF = (PartKind.TOOL_RESULT, PartKind.TEXT, PartKind.ERROR, PartKind.OTHER)
_NOT_HEARD = frozenset({"assistant", "model", "ai", "system", "developer", "tool"})


@dataclass(slots=True)
class Act:
    """One thing that was done, or announced.

    `call` is what the model put out, `span` what ran, `sent` the arguments as they
    arrived there. `definition` is the tool as the model saw it. `read_at_ns` are the
    starts of the calls that were given the result. `fate` is what became of the leave
    that was asked for it (`traces/asking.py`); None: none is known to have been.
    """

    call: PartShape | None = None
    span: SpanShape | None = None
    sent: PartShape | None = None
    results: list[PartShape] = field(default_factory=list)
    definition: PartShape | None = None
    read_at_ns: list[int] = field(default_factory=list)
    fate: Fate | None = None

    @property
    def name(self) -> str:
        if self.span is not None:
            return self.span.tool or self.span.name
        return self.call.name if self.call else ""

    @property
    def call_id(self) -> str:
        if self.call and self.call.call_id:
            return self.call.call_id
        return self.span.call_id if self.span else ""

    @property
    def arguments(self) -> PartShape | None:
        return self.call or self.sent

    @property
    def has_failed(self) -> bool:
        told = any(result.failed for result in self.results)
        return told or (self.span is not None and self.span.failed)

    @property
    def known_at_ns(self) -> int:
        """When its result was known; 0 where that was not told."""
        return self.span.end_ns if self.span else 0

    @property
    def parts(self) -> Iterator[PartShape]:
        if self.arguments:
            yield self.arguments
        yield from self.results


@dataclass(slots=True)
class Step:
    """One turn of the run. `span` is None for acts before any model was called.

    `heard` is what somebody said to it anew, `given` that and the results it had not
    seen before: what it went by, where it did not say what it thought.
    """

    number: int
    span: SpanShape | None
    scope: str = ""
    heard: list[PartShape] = field(default_factory=list)
    given: list[PartShape] = field(default_factory=list)
    thoughts: list[PartShape] = field(default_factory=list)
    said: list[PartShape] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def has_reasoning(self) -> bool:
        """True if some reasoning can be read, by whoever may."""
        return any(p.kind is PartKind.REASONING and p.length for p in self.thoughts)

    @property
    def fidelity(self) -> Fidelity:
        """The label of its reasoning: of the part there is, else of its absence."""
        labels = [part.fidelity for part in self.thoughts if part.fidelity]
        if labels:
            return labels[0]
        tokens = self.span.usage.reasoning if self.span else None
        if tokens is None:
            return Fidelity.UNKNOWN
        return Fidelity.STRIPPED if tokens else Fidelity.NONE

    @property
    def parts(self) -> Iterator[PartShape]:
        """All that is drawn of it."""
        yield from self.heard
        yield from self.thoughts
        yield from self.said
        if not self.has_reasoning:
            yield from self.given
        for act in self.acts:
            yield from act.parts

    @property
    def spans(self) -> Iterator[SpanShape]:
        if self.span:
            yield self.span
        yield from (act.span for act in self.acts if act.span)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the run said in the end, and to what. `step` is None: it said nothing.

    `went_on`: it did more after its last words.
    """

    step: Step | None
    said: list[PartShape]
    asked: list[PartShape]
    went_on: bool = False


def steps_of(shape: TraceShape) -> list[Step]:
    """Return the steps of a run, in order of start."""
    calls = shape.leaves(Kind.LLM)
    scopes = _scopes(shape)
    heard = _Heard()
    steps = [
        _step(number, call, scopes[call.span_id], heard)
        for number, call in enumerate(calls, start=1)
    ]
    _add_acts(steps, shape)
    _add_results(steps)
    return steps


def answer_of(shape: TraceShape, steps: list[Step]) -> Answer:
    """Return the last words of the run itself: not those of agents it called."""
    scope = _own_scope(shape, steps)
    own = [step for step in steps if step.scope == scope]
    asked = next((step.heard for step in reversed(own) if step.heard), [])
    speaking = [step for step in own if step.said]
    if speaking:
        last = speaking[-1]
        went_on = last is not own[-1] or bool(last.acts)
        return Answer(last, last.said, asked, went_on)
    root = shape.root
    said = _out(root, _SAID) if root else []
    if root and not asked:
        asked = [p for p in root.parts if p.direction is Direction.IN and p.length]
    return Answer(None, said, asked)


def read_by(answer: Answer, steps: Iterable[Step]) -> list[Act]:
    """Return the acts whose results the model had before it when it answered."""
    step = answer.step
    if step is None or step.span is None:
        return []
    at = step.span.start_ns
    return [
        act
        for one in steps
        for act in one.acts
        if act.results and (at in act.read_at_ns or 0 < act.known_at_ns <= at)
    ]


class _Heard:
    """What of a call's input is new: histories come whole with every call."""

    def __init__(self) -> None:
        self._known: dict[str, int] = defaultdict(int)

    def new_in(self, call: SpanShape, scope: str) -> list[PartShape]:
        came = [part for part in call.parts if part.direction is Direction.IN]
        messages = max((part.message for part in came), default=-1) + 1
        known = self._known[scope]
        answered = any(part.direction is Direction.OUT for part in call.parts)
        self._known[scope] = messages + answered
        # Fewer than before: the history was cut, or only what is new is sent.
        start = known if messages > known else 0
        return [part for part in came if part.message >= start]


def _step(number: int, call: SpanShape, scope: str, heard: _Heard) -> Step:
    new = heard.new_in(call, scope)
    said = [part for part in new if _is_heard(part)]
    results = [part for part in new if part.kind is PartKind.TOOL_RESULT]
    step = Step(number, call, scope, heard=said, given=[*said, *results])
    step.thoughts = _out(call, _THOUGHT)
    step.said = _out(call, _SAID)
    seen = {p.name: p for p in call.parts if p.kind is PartKind.TOOL_DEFINITION}
    answers = {p.call_id: p for p in _out(call, _RESULTS) if p.call_id}
    for part in _out(call, _CALLS):
        act = Act(call=part, definition=seen.get(part.name))
        if part.call_id in answers:
            act.results.append(answers[part.call_id])
        step.acts.append(act)
    return step


def _is_heard(part: PartShape) -> bool:
    return part.kind in _SAID and part.role.lower() not in _NOT_HEARD


def _out(span: SpanShape, kinds: Collection[PartKind]) -> list[PartShape]:
    return [
        part
        for part in span.parts
        if part.direction is Direction.OUT and part.kind in kinds
    ]


def _scopes(shape: TraceShape) -> dict[str, str]:
    """Return for each span the agent or workflow that it belongs to, "" for none."""
    found: dict[str, str] = {}
    for span, _ in shape.walk():
        above = found.get(span.parent_id, "")
        found[span.span_id] = span.span_id if span.kind in _SCOPES else above
    return found


def _own_scope(shape: TraceShape, steps: list[Step]) -> str:
    """The scope of the run itself: that of its shallowest call."""
    depths = {span.span_id: depth for span, depth in shape.walk()}
    called = [step for step in steps if step.span]
    first = min(called, key=lambda step: _depth(step, depths), default=None)
    return first.scope if first else ""


def _depth(step: Step, depths: dict[str, int]) -> int:
    return depths[step.span.span_id] if step.span else 0


def _add_acts(steps: list[Step], shape: TraceShape) -> None:
    """Bring what ran together with what was announced, and the rest in by time."""
    ran = [span for span in shape.spans if span.kind in _ACTS]
    taken = _match_by_id(steps, ran)
    taken |= _match_by_name(steps, [s for s in ran if s.span_id not in taken])
    starts = [step.span.start_ns if step.span else 0 for step in steps]
    early = Step(0, None)
    for span in ran:
        if span.span_id in taken:
            continue
        at = bisect_right(starts, span.start_ns) - 1
        act = Act()
        _run(act, span)
        (steps[at] if at >= 0 else early).acts.append(act)
    if early.acts:
        steps.insert(0, early)


def _announced(steps: Iterable[Step]) -> Iterator[tuple[Step, Act]]:
    return ((s, act) for s in steps for act in s.acts if act.span is None)


def _match_by_id(steps: Iterable[Step], ran: Iterable[SpanShape]) -> set[str]:
    """Give each announced act the span that bears its id; return the spans given."""
    waiting: dict[str, deque[SpanShape]] = defaultdict(deque)
    for span in ran:
        if span.call_id:
            waiting[span.call_id].append(span)
    taken = set()
    for _, act in _announced(steps):
        if found := waiting.get(act.call_id):
            span = found.popleft()
            _run(act, span)
            taken.add(span.span_id)
    return taken


def _match_by_name(steps: Iterable[Step], ran: Iterable[SpanShape]) -> set[str]:
    """Give what is left the next span of the tool that began after it was announced.

    Two ids that differ prove that they are not one, so one of the two has none.
    """
    waiting: dict[tuple[str, bool], deque[SpanShape]] = defaultdict(deque)
    for span in ran:
        waiting[span.tool, bool(span.call_id)].append(span)
    taken = set()
    for step, act in _announced(steps):
        begun = step.span.start_ns if step.span else 0
        for has_id in (False,) if act.call_id else (False, True):
            queue = waiting[act.name, has_id]
            # Steps come in order: what began too early for this is so for the next.
            while queue and queue[0].start_ns < begun:
                queue.popleft()
            if queue:
                span = queue.popleft()
                _run(act, span)
                taken.add(span.span_id)
                break
    return taken


def _run(act: Act, span: SpanShape) -> None:
    act.span = span
    act.sent = next((p for p in span.parts if p.kind is PartKind.TOOL_CALL), None)
    act.results = act.results or _out(span, _CAME_OF)
    act.definition = act.definition or next(
        (p for p in span.parts if p.kind is PartKind.TOOL_DEFINITION), None
    )


def _add_results(steps: list[Step]) -> None:
    """Find who was given which result, and results that no span of their own tell."""
    acts = {act.call_id: act for step in steps for act in step.acts if act.call_id}
    for step in steps:
        if step.span is None:
            continue
        for part in step.span.parts:
            act = acts.get(part.call_id)
            came = part.kind is PartKind.TOOL_RESULT and part.direction is Direction.IN
            if act is None or not came:
                continue
            act.read_at_ns.append(step.span.start_ns)
            if not act.results:
                act.results.append(part)
