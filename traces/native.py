"""Import: what was never sent as spans, as JSON Lines. Pure.

A line is one of two things, told apart by what it has:

- a provider's native response, alone or wrapped: `{"response", "request", "at",
  "ended_at", "trace_id", "conversation_id", "subject_ref", "provider"}`. It becomes one
  span in a trace of its own, or in the one that it names.
- a recorded run (docs/recorded-runs.md). It becomes one trace: `recorded_runs`.

Everything imported is *synthetic*: it stays out of every live figure. Ids are digests
of what was imported, so that importing a file twice makes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from traces.dialects.normalising import fill, finish_words
from traces.providers import is_response_of_any, read_payload, read_request
from traces.providers.naming import as_name
from traces.providers.payload import Payload
from traces.providers.values import DEPTH, is_deep
from traces.providers.writing import PartWriter
from traces.recorded_runs import BadRun, moment_ns, spans_of_run
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


def read_lines(body: bytes, *, now: datetime) -> Iterator[Span]:
    """Read JSON Lines into spans, in order; empty lines are passed over.

    `now` stands in for the time of a response that has none. Raises BadLine at the
    first line that is neither a response nor a run, or is one too many: whoever imports
    all or nothing reads to the end first.
    """
    count = _Count()
    for number, line in enumerate(body.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            spans = _spans_of(_parsed(line), now)
            count.add(spans)
        except (BadRun, _Unreadable) as fault:
            raise BadLine(number, str(fault)) from fault
        yield from spans


class _Unreadable(ValueError):
    pass


class _Count:
    """How much of a body was read, within what one body may hold."""

    def __init__(self) -> None:
        self._spans = 0
        self._traces: set[str] = set()

    def add(self, spans: list[Span]) -> None:
        self._spans += len(spans)
        self._traces.update(span.trace_id for span in spans)
        if self._spans > MOST_SPANS:
            raise _Unreadable(f"with it there are more than {MOST_SPANS} spans")
        if len(self._traces) > MOST_TRACES:
            raise _Unreadable(f"with it there are more than {MOST_TRACES} traces")


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


def _spans_of(data: Line, now: datetime) -> list[Span]:
    if "run_id" in data and "messages" in data:
        return spans_of_run(data)
    if "response" not in data:
        data = {"response": data}
    response = data["response"]
    if not isinstance(response, dict) or not is_response_of_any(response):
        raise _Unreadable("it is neither a provider's response nor a recorded run")
    return [_span_of(data, response, now)]


def _span_of(wrapped: Line, response: Line, now: datetime) -> Span:
    """Return the span of one call: its request if it came along, and its response."""
    unknown = wrapped.keys() - _WRAPPER
    if unknown:
        raise _Unreadable(f"no field is called {min(unknown)!r}")
    writer = PartWriter()
    writer.begin(Direction.IN)
    payloads = _read_request(wrapped.get("request"), writer)
    writer.begin(Direction.OUT)
    answer = read_payload(response, writer)
    if answer is not None:
        payloads.insert(0, answer)
        writer.left_over("response", answer.left)
    span = _facts_of(wrapped, response, now)
    for payload in payloads:
        fill(span, payload)
    span.name = f"chat {span.model_asked or span.model}".strip()
    finish_words(span, writer, 0, payloads)
    return span


def _read_request(request: Any, writer: PartWriter) -> list[Payload]:
    if request is None:
        return []
    if not isinstance(request, dict):
        raise _Unreadable("its request is no JSON object")
    payload = read_request(request, writer)
    writer.left_over("request", payload.left)
    return [payload]


def _facts_of(wrapped: Line, response: Line, now: datetime) -> Span:
    digest = hashlib.sha256(orjson.dumps(response, option=orjson.OPT_SORT_KEYS))
    start = _moment(wrapped, "at") or moment_ns(now.isoformat())
    return Span(
        trace_id=_trace_id(wrapped.get("trace_id")) or digest.hexdigest()[:32],
        span_id=digest.hexdigest()[-16:],
        kind=Kind.LLM,
        start_ns=start,
        end_ns=max(_moment(wrapped, "ended_at"), start),
        dialect="native",
        provider=as_name(_text(wrapped, "provider"))[0].lower(),
        environment=as_name(_text(wrapped, "environment"))[0],
        agent=as_name(_text(wrapped, "agent"))[0],
        conversation=_text(wrapped, "conversation_id"),
        subject=_text(wrapped, "subject_ref"),
        synthetic=True,
        fields=len(response),
    )


def _moment(data: Line, name: str) -> int:
    """Return a moment in ns since 1970; 0 where there is none."""
    value = data.get(name)
    return 0 if value is None else moment_ns(value, name)


def _text(data: Line, name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise _Unreadable(f"{name} is no text")
    return value


def _trace_id(value: Any) -> str:
    if value is None:
        return ""
    name = value.lower() if isinstance(value, str) else ""
    if len(name) != 32 or set(name) - set("0123456789abcdef") or not name.strip("0"):
        raise _Unreadable("trace_id is not 32 hexadecimal digits")
    return name
