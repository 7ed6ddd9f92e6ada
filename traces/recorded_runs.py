"""A recorded run becomes a trace: the agent's span, its calls, its tools. Pure.

The format is described in docs/recorded-runs.md. A call of the model is told with the
messages since its last turn, not with the whole conversation again: those before stand
in the spans before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from traces.dialects.normalising import finish_words
from traces.fidelity import Source
from traces.providers.naming import as_name, is_id
from traces.providers.openai_chat import usage_of
from traces.providers.values import loads, moment_in_ns
from traces.providers.writing import PartWriter
from traces.spans import Direction, Judgement, Kind, Span

Json = dict[str, Any]  # Any: recorded arguments and results are the agents' own JSON.

_ROLES = frozenset({"assistant", "user", "tool"})
_PERSON_IDS = ("user_id", "customer_id")


class BadRun(ValueError):
    """A line that is no recorded run; the message says why, in no words of it."""


def moment_ns(value: Any, name: str = "at") -> int:
    """Return an ISO 8601 moment in ns since 1970. Raises BadRun."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as fault:
        raise BadRun(f"{name} is no ISO 8601 time") from fault
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    found = moment_in_ns(round(moment.timestamp() * 1_000_000) * 1_000)
    if found is None:
        raise BadRun(f"{name} is not between 1970 and 2262")
    return found


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call, and when it was made."""

    id: str
    name: str
    arguments: Any
    writes: bool
    at_ns: int


@dataclass(slots=True)
class _Run:
    """A run on its way into spans: what was said since the agent's last turn."""

    data: Json
    trace_id: str
    agent: str
    environment: str
    since: list[Json] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    turns: int = 0
    at_ns: int = 0

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
            environment=self.environment,
            conversation=str(self.data["run_id"]),
            synthetic=True,
        )


def _digest(trace_id: str, what: str, number: int) -> str:
    return hashlib.sha256(f"{trace_id}/{what}/{number}".encode()).hexdigest()[:16]


def spans_of_run(data: Json) -> list[Span]:
    """Return the spans of one run, the agent's first. Raises BadRun."""
    names = {name: _name(data, name) for name in ("agent", "environment", "run_id")}
    digest = hashlib.sha256(orjson.dumps(list(names.values())))
    messages = [_message(message) for message in _list(data, "messages")]
    if not messages:
        raise BadRun("it has no messages")
    run = _Run(
        data=data,
        trace_id=digest.hexdigest()[:32],
        agent=as_name(names["agent"])[0],
        environment=as_name(names["environment"])[0],
        at_ns=moment_ns(messages[0].get("at")),
    )
    steps = list(_steps(run, messages))
    return [_root(run, messages), *steps]


def _name(data: Json, what: str) -> str:
    value = data.get(what)
    if not isinstance(value, str) or not value.strip():
        raise BadRun(f"{what} is no name")
    return value


def _list(data: Json, what: str) -> list[Any]:
    value = data.get(what) or []
    if not isinstance(value, list):
        raise BadRun(f"{what} is no list")
    return value


def _message(message: Any) -> Json:
    if not isinstance(message, dict):
        raise BadRun("a message is no object")
    if message.get("role") not in _ROLES:
        raise BadRun("a message has none of the roles assistant, user, tool")
    if not isinstance(message.get("text") or "", str):
        raise BadRun("a message's text is no text")
    return message


def _steps(run: _Run, messages: list[Json]) -> Iterator[Span]:
    for number, message in enumerate(messages):
        at_ns = moment_ns(message.get("at"))
        if message["role"] == "assistant":
            yield _model_span(run, message, number, at_ns)
            run.since.clear()
        else:
            run.since.append(message)
            run.turns += message["role"] == "user"
        if message["role"] == "tool":
            yield _tool_span(run, message, number, at_ns)
        run.at_ns = at_ns


def _root(run: _Run, messages: list[Json]) -> Span:
    """Return the agent's span: what it was first asked, and what it said last."""
    span, data = run.span(Kind.AGENT, 0), run.data
    times = [moment_ns(message.get("at")) for message in messages]
    span.name = f"invoke_agent {run.agent}".strip()
    span.start_ns = _moment_or(data.get("started_at"), min(times))
    span.end_ns = max(_moment_or(data.get("ended_at"), max(times)), span.start_ns)
    span.finish = _finish(data.get("ended_by"))
    span.subject = _subject(messages)
    cost = data.get("cost_usd")
    span.cost_usd = float(cost) if isinstance(cost, (int, float)) else None
    span.judgements = _judgements(data.get("outcome_ok"))
    span.turn = run.turns or None
    writer = PartWriter()
    _say(writer, Direction.IN, "user", _first_text(messages, "user"))
    _say(writer, Direction.OUT, "assistant", _first_text(messages[::-1], "assistant"))
    finish_words(span, writer, 0, [])
    span.fields = len(data)
    return span


def _moment_or(value: Any, otherwise: int) -> int:
    return otherwise if value is None else moment_ns(value, "started_at or ended_at")


def _say(writer: PartWriter, direction: Direction, role: str, text: str) -> None:
    writer.begin(direction)
    writer.begin_message(role)
    writer.text(text)


def _first_text(messages: list[Json], role: str) -> str:
    texts = (m["text"] for m in messages if m["role"] == role and m.get("text"))
    return next(texts, "")


def _subject(messages: list[Json]) -> str:
    """Whose business it is: the first person that a call or an answer names."""
    for message in messages:
        told = [call.get("arguments") for call in _list(message, "tool_calls")]
        if message["role"] == "tool":
            told.append(loads(message.get("text")))
        for record in told:
            for name in _PERSON_IDS:
                if isinstance(record, dict) and isinstance(record.get(name), str):
                    return str(record[name])
    return ""


def _judgements(outcome_ok: Any) -> list[Judgement]:
    """Whether the run reached what it should, as whoever recorded it knows."""
    if not isinstance(outcome_ok, bool):
        return []
    label = "good" if outcome_ok else "bad"
    return [Judgement("outcome", label, float(outcome_ok), "recording")]


def _finish(value: Any) -> tuple[str, ...]:
    name = as_name(value)[0] if isinstance(value, str) else ""
    return (name,) if name else ()


def _model_span(run: _Run, message: Json, number: int, at_ns: int) -> Span:
    """Return one turn of the agent: it began when what it answers was there."""
    span = run.span(Kind.LLM, number)
    model = message.get("model")
    span.model = as_name(model)[0] if isinstance(model, str) else ""
    span.name = f"chat {span.model}".strip()
    span.start_ns, span.end_ns = min(run.at_ns, at_ns), at_ns
    span.finish = _finish(message.get("stop_reason"))
    span.usage = usage_of(message.get("usage"))
    span.turn = run.turns or None
    span.fields = len(message)
    writer = PartWriter()
    writer.begin(Direction.IN)
    for earlier in run.since:
        _write_input(writer, earlier)
    writer.begin(Direction.OUT)
    writer.begin_message("assistant")
    _write_output(writer, run, message, at_ns)
    finish_words(span, writer, 0, [])
    return span


def _write_input(writer: PartWriter, message: Json) -> None:
    writer.begin_message(message["role"])
    if message["role"] == "user":
        writer.text(message.get("text") or "")
    else:
        answered, failed = message.get("tool_call_id"), bool(message.get("error"))
        writer.tool_result(answered, message.get("text"), failed=failed)


def _write_output(writer: PartWriter, run: _Run, message: Json, at_ns: int) -> None:
    for thought in _list(message, "thinking"):
        if not isinstance(thought, dict):
            raise BadRun("thinking is no list of objects")
        text, signature = thought.get("text") or "", thought.get("signature")
        source = Source.ANTHROPIC if signature else Source.GENERIC
        writer.reasoning(_as_str(text, "thinking"), source, [signature])
    writer.text(message.get("text") or "")
    for data in _list(message, "tool_calls"):
        call = _call(data, at_ns)
        run.calls[call.id] = call
        writer.tool_call(call.name, call.id, call.arguments)


def _as_str(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise BadRun(f"{what} is no text")
    return value


def _call(data: Any, at_ns: int) -> Call:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise BadRun("a tool call has no id")
    name = _as_str(data.get("name"), "a tool call's name")
    writes = data.get("writes") is True
    return Call(data["id"], name, data.get("arguments"), writes, at_ns)


def _tool_span(run: _Run, message: Json, number: int, at_ns: int) -> Span:
    """Return a tool's span: it ran from the call to the answer."""
    span = run.span(Kind.TOOL, number)
    asked = _as_str(message.get("tool_call_id") or "", "tool_call_id")
    call = run.calls.get(asked) or Call(asked, "", None, False, at_ns)
    span.tool = as_name(call.name)[0]
    span.call_id = asked if is_id(asked) else ""
    span.name = f"execute_tool {span.tool}".strip()
    span.effect = "write" if call.writes else ""
    span.start_ns, span.end_ns = min(call.at_ns, at_ns), at_ns
    span.failed = bool(message.get("error"))
    span.error_type = "tool_error" if span.failed else ""
    span.fields = len(message)
    writer = PartWriter()
    writer.begin(Direction.IN)
    writer.role = "assistant"
    writer.tool_call(call.name, asked, call.arguments)
    writer.begin(Direction.OUT)
    writer.role = "tool"
    text, failed = message.get("text"), span.failed
    writer.tool_result(asked, text, call.name, failed=failed)
    finish_words(span, writer, 0, [])
    return span
