"""A recorded run becomes a trace: the agent's span, its calls, its tools. Pure.

A call of the model is told with the messages since its last turn, not with the whole
conversation again: those before stand in the spans before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from traces.dialects.normalising import finish_words
from traces.fidelity import Source
from traces.providers.naming import as_name, is_id
from traces.providers.openai_chat import usage_of
from traces.providers.values import loads
from traces.providers.writing import PartWriter
from traces.recorded_runs import PERSON_IDS, Message, RecordedRun, ToolCall, in_ns
from traces.spans import Direction, Judgement, Kind, Span


def trace_id_of(run: RecordedRun) -> str:
    """Return the trace that a run becomes: the same whenever it is imported."""
    names = orjson.dumps([run.agent, run.environment, run.run_id])
    return hashlib.sha256(names).hexdigest()[:32]


def count_of(run: RecordedRun) -> int:
    """Return how many spans a run becomes."""
    return 1 + sum(message.role != "user" for message in run.messages)


def spans_of_run(run: RecordedRun) -> list[Span]:
    """Return the spans of one run, the agent's first."""
    on_its_way = _OnItsWay(run, trace_id_of(run), in_ns(run.messages[0].at))
    steps = list(_steps(on_its_way))
    return [_root(on_its_way), *steps]


@dataclass(slots=True)
class _OnItsWay:
    """A run on its way into spans: what was said since the agent's last turn."""

    run: RecordedRun
    trace_id: str
    at_ns: int
    since: list[Message] = field(default_factory=list)
    calls: dict[str, tuple[ToolCall, int]] = field(default_factory=dict)
    turns: int = 0

    @property
    def agent(self) -> str:
        return as_name(self.run.agent)[0]

    def span(self, kind: Kind, number: int) -> Span:
        """Return a span of this run; its id is a digest of what and where it is."""
        root = _digest(self.trace_id, "run", 0)
        return Span(
            trace_id=self.trace_id,
            span_id=root
            if kind is Kind.AGENT
            else _digest(self.trace_id, kind, number),
            parent_id="" if kind is Kind.AGENT else root,
            kind=kind,
            dialect="recorded",
            service=self.agent,
            agent=self.agent,
            environment=as_name(self.run.environment)[0],
            conversation=self.run.run_id,
            synthetic=True,
        )


def _digest(trace_id: str, what: str, number: int) -> str:
    return hashlib.sha256(f"{trace_id}/{what}/{number}".encode()).hexdigest()[:16]


def _steps(way: _OnItsWay) -> Iterator[Span]:
    for number, message in enumerate(way.run.messages):
        at_ns = in_ns(message.at)
        if message.role == "assistant":
            yield _model_span(way, message, number, at_ns)
            way.since.clear()
        else:
            way.since.append(message)
            way.turns += message.role == "user"
        if message.role == "tool":
            yield _tool_span(way, message, number, at_ns)
        way.at_ns = at_ns


def _root(way: _OnItsWay) -> Span:
    """Return the agent's span: what it was first asked, and what it said last."""
    run, span = way.run, way.span(Kind.AGENT, 0)
    times = [message.at for message in run.messages]
    span.name = f"invoke_agent {way.agent}".strip()
    span.start_ns = in_ns(run.started_at or min(times))
    span.end_ns = max(in_ns(run.ended_at or max(times)), span.start_ns)
    span.finish = _finish(run.ended_by)
    span.subject = _subject(run)
    span.cost_usd = run.cost_usd
    span.judgements = _judgements(run.outcome_ok)
    span.turn = way.turns or None
    writer = PartWriter()
    _say(writer, Direction.IN, "user", run.messages)
    _say(writer, Direction.OUT, "assistant", reversed(run.messages))
    finish_words(span, writer, 0, [])
    span.fields = run.told
    return span


def _say(
    writer: PartWriter, direction: Direction, role: str, messages: Iterable[Message]
) -> None:
    """Write the first text that somebody of this role said."""
    texts = (m.text for m in messages if m.role == role and m.text)
    writer.begin(direction)
    writer.begin_message(role)
    writer.text(next(texts, ""))


def _subject(run: RecordedRun) -> str:
    """Whose business it is: the first person that a call or an answer names."""
    for message in run.messages:
        told = [call.arguments for call in message.calls]
        if message.role == "tool":
            told.append(loads(message.text))
        for record in told:
            for name in PERSON_IDS:
                if isinstance(record, dict) and isinstance(record.get(name), str):
                    return str(record[name])
    return ""


def _judgements(outcome_ok: bool | None) -> list[Judgement]:
    """Whether the run reached what it should, as whoever recorded it knows."""
    if outcome_ok is None:
        return []
    label = "good" if outcome_ok else "bad"
    return [Judgement("outcome", label, float(outcome_ok), "recording")]


def _finish(reason: str) -> tuple[str, ...]:
    name = as_name(reason)[0] if reason else ""
    return (name,) if name else ()


def _model_span(way: _OnItsWay, message: Message, number: int, at_ns: int) -> Span:
    """Return one turn of the agent: it began when what it answers was there."""
    span = way.span(Kind.LLM, number)
    span.model = as_name(message.model)[0] if message.model else ""
    span.name = f"chat {span.model}".strip()
    span.start_ns, span.end_ns = min(way.at_ns, at_ns), at_ns
    span.finish = _finish(message.stop_reason)
    span.usage = usage_of(message.usage)
    span.turn = way.turns or None
    span.fields = message.told
    writer = PartWriter()
    writer.begin(Direction.IN)
    for earlier in way.since:
        _write_input(writer, earlier)
    writer.begin(Direction.OUT)
    writer.begin_message("assistant")
    _write_output(writer, message)
    way.calls |= {call.id: (call, at_ns) for call in message.calls}
    finish_words(span, writer, 0, [])
    return span


def _write_input(writer: PartWriter, message: Message) -> None:
    writer.begin_message(message.role)
    if message.role == "user":
        writer.text(message.text)
    else:
        writer.tool_result(message.answers, message.text, failed=message.failed)


def _write_output(writer: PartWriter, message: Message) -> None:
    for thought in message.thoughts:
        source = Source.ANTHROPIC if thought.signature else Source.GENERIC
        writer.reasoning(thought.text, source, [thought.signature])
    writer.text(message.text)
    for call in message.calls:
        writer.tool_call(call.name, call.id, call.arguments)


def _tool_span(way: _OnItsWay, message: Message, number: int, at_ns: int) -> Span:
    """Return a tool's span: it ran from the call to the answer."""
    span, asked = way.span(Kind.TOOL, number), message.answers
    unknown = ToolCall(asked, "", None, writes=False), at_ns
    call, called_ns = way.calls.get(asked, unknown)
    span.tool = as_name(call.name)[0]
    span.call_id = asked if is_id(asked) else ""
    span.name = f"execute_tool {span.tool}".strip()
    span.effect = "write" if call.writes else ""
    span.start_ns, span.end_ns = min(called_ns, at_ns), at_ns
    span.failed = message.failed
    span.error_type = "tool_error" if span.failed else ""
    span.fields = message.told
    writer = PartWriter()
    writer.begin(Direction.IN)
    writer.role = "assistant"
    writer.tool_call(call.name, asked, call.arguments)
    writer.begin(Direction.OUT)
    writer.role = "tool"
    writer.tool_result(asked, message.text, call.name, failed=span.failed)
    finish_words(span, writer, 0, [])
    return span
