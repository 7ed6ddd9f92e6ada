"""Reads the words of a span, whichever dialects it speaks, each word once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traces.dialects import genai, openinference, openllmetry, pydantic_ai, vercel
from traces.dialects.hearing import Heard
from traces.dialects.told import Told
from traces.providers import read_payload
from traces.providers.messages import read_message, read_messages
from traces.providers.payload import Payload
from traces.providers.values import as_text, loads
from traces.providers.writing import PartWriter
from traces.spans import Direction, Kind, RawSpan, Span, WordClass

Reader = Callable[[Told, PartWriter], None]

# In order of whose word counts more: what one has said, those after it do not repeat.
_READERS: tuple[tuple[str, Reader, Reader, Reader], ...] = tuple(
    (name, spoken.read_input, spoken.read_context, spoken.read_output)
    for name, spoken in (
        ("openinference", openinference),
        ("genai", genai),
        ("openllmetry", openllmetry),
        ("vercel", vercel),
        ("pydantic_ai", pydantic_ai),
    )
)
_ROLE_NAMES = frozenset({"role", "content", "parts"})


class Sayings:
    """One span's words being read; `payloads` are the native ones found on the way."""

    def __init__(self, span: Span, raw: RawSpan, heard: Heard) -> None:
        self.span, self.raw, self.told = span, raw, heard.told
        self.writer = PartWriter()
        self.payloads: list[Payload] = []
        self._readers = [row for row in _READERS if row[0] in heard.told.dialects]
        self._heard = heard

    def read(self) -> None:
        """Read input, instructions and tools, output, failures: in this order."""
        is_tool = self.span.kind is Kind.TOOL
        for _, read, _, _ in self._readers:
            self._begin(Direction.IN, read)
        self._read_values(is_tool, "input_value", "trace_input", "user", Direction.IN)
        for _, _, read, _ in self._readers:
            self._begin(Direction.IN, read)
        for _, _, _, read in self._readers:
            self._begin(Direction.OUT, read)
        self._read_values(
            is_tool, "output_value", "trace_output", "assistant", Direction.OUT
        )
        self._read_failures()

    def _begin(self, direction: Direction, read: Reader) -> None:
        self.writer.begin(direction)
        read(self.told, self.writer)

    def _read_values(
        self, is_tool: bool, own: str, of_trace: str, role: str, direction: Direction
    ) -> None:
        """Read what a span was given, or put out, as one value of any shape."""
        told, writer = self.told, self.writer
        if "arguments" in told or "result" in told or is_tool:
            self._read_tool(own, direction)
        for slot in (own, of_trace):
            value = told.take(slot)
            if value is not None:
                writer.begin(direction)
                self._read_value(slot, value, role)

    def _read_tool(self, own: str, direction: Direction) -> None:
        """A tool's call goes in and its result comes out, under whatever name."""
        told, writer = self.told, self.writer
        slots = ("arguments" if direction is Direction.IN else "result", own)
        for slot in slots:
            value = told.take(slot)
            if value is None:
                continue
            writer.begin(direction)
            writer.role = "tool" if direction is Direction.OUT else "assistant"
            self._write_tool(value, direction)

    def _write_tool(self, value: Any, direction: Direction) -> None:
        span, writer = self.span, self.writer
        if direction is Direction.IN:
            writer.tool_call(span.tool, span.call_id, value)
        else:
            call_id, tool, failed = span.call_id, span.tool, span.failed
            writer.tool_result(call_id, loads_blocks(value), tool, failed=failed)

    def _read_value(self, slot: str, value: Any, role: str) -> None:
        """Read a value that may be a provider's payload, messages, JSON or a text.

        Beside structured messages it repeats them: then only what a payload says more
        is kept, unless the sender dropped attributes, messages perhaps among them. A
        text repeats them only if it stands in them.
        """
        data = loads(value)
        repeats = self.span.kind is Kind.LLM and self._is_told(data)
        payload = read_payload(data, self.writer)
        if payload is not None:
            self.payloads.append(payload)
            if not repeats:
                self.writer.left_over(slot, payload.left)
        elif not repeats or self.raw.dropped_attributes:
            _write_value(slot, data, role, self.writer)

    def _is_told(self, data: Any) -> bool:
        writer = self.writer
        if not isinstance(data, str):
            return not writer.is_empty
        said = (one.text for one in writer.parts if one.direction is writer.direction)
        return any(data.strip() in text for text in said)

    def _read_failures(self) -> None:
        writer, told, failures = self.writer, self.told, self._heard.failures
        if "error_message" in told or "error_trace" in told:
            message, trace = (
                told.take_words("error_message"),
                told.take_words("error_trace"),
            )
            failures = [*failures, _failure(message, trace)]
        for failure in failures:
            writer.begin(Direction.OUT)
            _write_failure(failure, writer)
        if self.raw.status_message:
            writer.begin(Direction.OUT)
            writer.error(self.raw.status_message, "status")


def loads_blocks(value: Any) -> Any:
    """Return a result as blocks where its JSON is a list of them, else as it came."""
    data = loads(value)
    is_blocks = isinstance(data, list) and all(
        isinstance(block, dict) and "type" in block for block in data
    )
    return data if is_blocks and data else value


def _write_value(slot: str, data: Any, role: str, writer: PartWriter) -> None:
    if isinstance(data, str):
        read_message(data, writer, role)
    elif _is_messages(data):
        read_messages(data, writer, role)
    else:
        writer.other(slot, data, WordClass.DIALOGUE)


def _is_messages(data: Any) -> bool:
    messages = data if isinstance(data, list) and data else [data]
    return all(
        isinstance(message, dict)
        and (_ROLE_NAMES & message.keys() or "kwargs" in message)
        for message in messages
    )


def _failure(message: str, trace: str) -> dict[str, Any]:
    return {"exception.message": message, "exception.stacktrace": trace}


def _write_failure(attributes: dict[str, Any], writer: PartWriter) -> None:
    """Write what failed, in its own words; the trace of calls stands apart."""
    left = dict(attributes)
    kind = as_text(left.pop("exception.type", "") or "")
    message = as_text(left.pop("exception.message", "") or "")
    trace = as_text(left.pop("exception.stacktrace", "") or "")
    left.pop("exception.escaped", None)
    if message or (kind and not trace):
        writer.error(message, kind)
    if trace:
        writer.error(trace, "stacktrace")
    writer.left_over("exception", left)
