"""Import: what was never sent as spans, as JSON Lines. Pure.

A line is one of two things, told apart by what it has:

- a provider's native response, alone or wrapped: `{"response", "request", "at",
  "ended_at", "trace_id", "conversation_id", "subject_ref", "provider"}`. It becomes one
  span in a trace of its own, or in one with all that name the same `trace_id`.
- a recorded run (docs/recorded-runs.md). It becomes one trace: `run_spans`.

Lines are checked when they are received (`check_lines`) and turned into spans when they
are digested (`read_lines`), which takes far longer.

Everything imported is *synthetic*: it stays out of every live figure. Ids are digests
of what was imported, so that importing a file twice makes nothing twice, and nothing
imported ever gets into a trace that was sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self

import orjson

from traces.dialects.normalising import fill, finish_words
from traces.providers import is_response_of_any, read_payload, read_request
from traces.providers.naming import as_name
from traces.providers.payload import Payload
from traces.providers.values import DEPTH, is_deep
from traces.providers.writing import PartWriter
from traces.recorded_runs import BadRun, RecordedRun, in_ns, moment
from traces.run_spans import count_of, spans_of_run, trace_id_of
from traces.spans import Direction, Kind, Span

Line = dict[str, Any]  # Any: a provider's own JSON

# Of one body: while it is digested, what everybody else sent waits.
MOST_SPANS = 10_000
MOST_TRACES = 2_000

_WRAPPER = frozenset(
    {"response", "request", "at", "ended_at", "trace_id", "conversation_id",
     "subject_ref", "provider", "environment", "agent"}
)  # fmt: skip


class BadLine(ValueError):
    """A line that cannot be imported; the message says which and why."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"Line {number}: {reason}")
        self.number = number
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Checked:
    """What a body holds: how many spans, of which traces in order."""

    spans: int
    traces: list[str]


def check_lines(body: bytes) -> Checked:
    """Tell what a body will become, without making it.

    Raises BadLine at the first line that is neither a response nor a run, or is one too
    many. What passes here can be digested.
    """
    spans, traces = 0, dict[str, None]()
    for number, line in _lines(body):
        spans += line.count
        traces[line.trace_id] = None
        if spans > MOST_SPANS:
            raise BadLine(number, f"with it there are more than {MOST_SPANS} spans")
        if len(traces) > MOST_TRACES:
            raise BadLine(number, f"with it there are more than {MOST_TRACES} traces")
    return Checked(spans, list(traces))


def read_lines(body: bytes, *, now: datetime) -> Iterator[Span]:
    """Read JSON Lines into spans, in order; empty lines are passed over.

    `now` stands in for the time of a response that has none. Raises BadLine.
    """
    for _, line in _lines(body):
        yield from line.spans(now)


class _Line(Protocol):
    """A line that was read: what becomes of it, and at a cost, its spans."""

    @property
    def trace_id(self) -> str: ...

    @property
    def count(self) -> int: ...

    def spans(self, now: datetime) -> list[Span]: ...


def _lines(body: bytes) -> Iterator[tuple[int, _Line]]:
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            read = _read(_parsed(line))
        except (BadRun, _Unreadable) as fault:
            raise BadLine(number, str(fault)) from fault
        yield number, read


class _Unreadable(ValueError):
    pass


def _parsed(line: bytes) -> Line:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise _Unreadable(f"it is no JSON ({fault})") from fault
    if not isinstance(data, dict):
        raise _Unreadable("it is no JSON object")
    if is_deep(line.decode(), data):
        raise _Unreadable(f"it is nested more than {DEPTH} deep")
    return data


def _read(data: Line) -> _Line:
    if "run_id" in data and "messages" in data:
        return _Run(RecordedRun.of(data))
    return _Call.of(data if "response" in data else {"response": data})


@dataclass(frozen=True, slots=True)
class _Run:
    run: RecordedRun

    @property
    def trace_id(self) -> str:
        return trace_id_of(self.run)

    @property
    def count(self) -> int:
        return count_of(self.run)

    def spans(self, now: datetime) -> list[Span]:
        return spans_of_run(self.run)


@dataclass(frozen=True, slots=True)
class _Call:
    """A call of a model: its response, its request if it came along, what is known."""

    response: Line
    request: Line | None
    at_ns: int
    ended_ns: int
    trace_id: str
    span_id: str
    texts: dict[str, str]
    count: int = 1

    @classmethod
    def of(cls, wrapped: Line) -> Self:
        response, request = wrapped["response"], wrapped.get("request")
        if not isinstance(response, dict) or not is_response_of_any(response):
            raise _Unreadable("it is neither a provider's response nor a recorded run")
        unknown = wrapped.keys() - _WRAPPER
        if unknown:
            raise _Unreadable(f"no field is called {min(unknown)!r}")
        if not isinstance(request, dict | None):
            raise _Unreadable("its request is no JSON object")
        digest = hashlib.sha256(orjson.dumps(response, option=orjson.OPT_SORT_KEYS))
        return cls(
            response=response,
            request=request,
            at_ns=_moment(wrapped, "at"),
            ended_ns=_moment(wrapped, "ended_at"),
            trace_id=_trace_id(wrapped.get("trace_id")) or digest.hexdigest()[:32],
            span_id=digest.hexdigest()[-16:],
            texts={name: _text(wrapped, name) for name in _TEXTS},
        )

    def spans(self, now: datetime) -> list[Span]:
        writer = PartWriter()
        writer.begin(Direction.IN)
        payloads = self._read_request(writer)
        writer.begin(Direction.OUT)
        answer = read_payload(self.response, writer)
        if answer is not None:
            payloads.insert(0, answer)
            writer.left_over("response", answer.left)
        span = self._facts(now)
        for payload in payloads:
            fill(span, payload)
        span.name = f"chat {span.model_asked or span.model}".strip()
        finish_words(span, writer, 0, payloads)
        return [span]

    def _read_request(self, writer: PartWriter) -> list[Payload]:
        if self.request is None:
            return []
        payload = read_request(self.request, writer)
        writer.left_over("request", payload.left)
        return [payload]

    def _facts(self, now: datetime) -> Span:
        start = self.at_ns or in_ns(now)
        return Span(
            trace_id=self.trace_id,
            span_id=self.span_id,
            kind=Kind.LLM,
            start_ns=start,
            end_ns=max(self.ended_ns, start),
            dialect="native",
            provider=as_name(self.texts["provider"])[0].lower(),
            environment=as_name(self.texts["environment"])[0],
            agent=as_name(self.texts["agent"])[0],
            conversation=self.texts["conversation_id"],
            subject=self.texts["subject_ref"],
            synthetic=True,
            fields=len(self.response),
        )


_TEXTS = ("provider", "environment", "agent", "conversation_id", "subject_ref")


def _moment(data: Line, name: str) -> int:
    """Return a moment in ns since 1970; 0 where there is none."""
    value = data.get(name)
    return 0 if value is None else in_ns(moment(value, name))


def _text(data: Line, name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise _Unreadable(f"{name} is no text")
    return value


def _trace_id(value: Any) -> str:
    """Return the trace of all lines that name this one; "" where none is named.

    Never the one named: an agent may have sent that, or may yet do so, and what was
    imported beside its spans would be taken for them, and they for imported.
    """
    if value is None:
        return ""
    name = value.lower() if isinstance(value, str) else ""
    if len(name) != 32 or set(name) - set("0123456789abcdef") or not name.strip("0"):
        raise _Unreadable("trace_id is not 32 hexadecimal digits")
    return hashlib.sha256(f"imported/{name}".encode()).hexdigest()[:32]
