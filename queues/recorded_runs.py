"""Recorded runs, one JSON object a line: read strictly, told as a person would. Pure.

The format is described in docs/recorded-runs.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import orjson

Json = dict[str, Any]  # Any: recorded arguments and results are the agents' own JSON.

_ROLES = {"assistant", "user", "tool"}


class BadRun(ValueError):
    """A line that is no recorded run; the message says where and why."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: Json
    writes: bool


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `thinking`: what the model thought before it, as one text."""

    role: str
    at: datetime
    text: str
    thinking: str
    calls: tuple[ToolCall, ...]
    answers: str
    failed: bool

    @classmethod
    def parse(cls, data: Json) -> Self:
        if data["role"] not in _ROLES:
            raise BadRun(f"no role is called {data['role']!r}")
        thoughts = (part["text"] for part in data.get("thinking") or ())
        calls = (
            ToolCall(c["id"], c["name"], c["arguments"], bool(c.get("writes")))
            for c in data.get("tool_calls") or ()
        )
        return cls(
            role=data["role"],
            at=_moment(data["at"]),
            text=data.get("text") or "",
            thinking="\n\n".join(thoughts),
            calls=tuple(calls),
            answers=data.get("tool_call_id") or "",
            failed=bool(data.get("error")),
        )


@dataclass(frozen=True, slots=True)
class RecordedRun:
    run_id: str
    agent: str
    environment: str
    messages: tuple[Message, ...]

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Raises BadRun."""
        try:
            data = orjson.loads(line)
            messages = tuple(Message.parse(message) for message in data["messages"])
            return cls(
                run_id=_name(data, "run_id"),
                agent=_name(data, "agent"),
                environment=_name(data, "environment"),
                messages=messages,
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as fault:
            raise BadRun(f"{type(fault).__name__}: {fault}") from fault

    def writes(self) -> Iterator[WriteCall]:
        """Yield every call that would change something, with what came before it."""
        for turn, message in enumerate(self.messages):
            for call in message.calls:
                if call.writes:
                    yield WriteCall(self, call, turn)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a tool told the agent before it asked."""

    call: ToolCall
    value: Any
    at: datetime
    failed: bool


@dataclass(frozen=True, slots=True)
class WriteCall:
    """One write call at its turn of a run."""

    run: RecordedRun
    call: ToolCall
    turn: int

    @property
    def at(self) -> datetime:
        return self.run.messages[self.turn].at

    @property
    def reasoning(self) -> str:
        return self.run.messages[self.turn].thinking

    def conversation(self) -> str:
        """The words exchanged so far, as Markdown: who said what, oldest first."""
        said = [
            f"**{_speaker(message)}:** {message.text}"
            for message in self.run.messages[: self.turn + 1]
            if message.role in ("assistant", "user") and message.text
        ]
        return "\n\n".join(said)

    def facts(self) -> list[Fact]:
        """What the tools answered so far; what this call speaks of comes first."""
        asked = {c.id: c for m in self.run.messages[: self.turn + 1] for c in m.calls}
        found = [
            Fact(asked[m.answers], _value(m.text), m.at, m.failed)
            for m in self.run.messages[: self.turn]
            if m.role == "tool" and m.answers in asked
        ]
        found.sort(key=lambda fact: fact.at, reverse=True)
        named = _names_in(self.call.arguments)
        return sorted(
            found, key=lambda fact: not named & _names_in(fact.call.arguments)
        )

    def subject(self) -> str:
        """Whose business it is: the first user or customer any call so far names."""
        for message in self.run.messages[: self.turn + 1]:
            for call in message.calls:
                for name in ("user_id", "customer_id"):
                    if isinstance(call.arguments.get(name), str):
                        return str(call.arguments[name])
        return ""

    def changes(self) -> list[Json]:
        """Before and after, field by field, from the newest record of the same id."""
        record = self._record()
        if record is None:
            return []
        return [
            {"path": name, "before": record[name], "after": after}
            for name, after in self.call.arguments.items()
            if name in record and record[name] != after
        ]

    def _record(self) -> Json | None:
        ids = {
            name: value
            for name, value in self.call.arguments.items()
            if name.endswith("_id") and isinstance(value, str)
        }
        for fact in sorted(self.facts(), key=lambda fact: fact.at, reverse=True):
            if isinstance(fact.value, dict) and any(
                fact.value.get(name) == value for name, value in ids.items()
            ):
                return fact.value
        return None

    def summary(self) -> str:
        """What will happen in plain words, from the tool's name and its arguments."""
        verb = self.call.name.replace("_", " ").capitalize()
        told = [_told(name, value) for name, value in self.call.arguments.items()]
        return f"{verb}: {', '.join(told)}" if told else verb


def _name(data: Json, what: str) -> str:
    if not isinstance(data[what], str) or not data[what].strip():
        raise BadRun(f"{what} is no name")
    return str(data[what])


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _speaker(message: Message) -> str:
    return "Customer" if message.role == "user" else "Agent"


def _value(text: str) -> Any:
    """A tool's answer as JSON where it is JSON, else as the text it is."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _names_in(arguments: Json) -> set[str]:
    return {value for value in arguments.values() if isinstance(value, str)}


def _told(name: str, value: Any) -> str:
    words = re.sub(r"_id$", "", name).replace("_", " ")
    if isinstance(value, list):
        one = words.removesuffix("s")
        return f"{len(value)} {one if len(value) == 1 else words}"
    if isinstance(value, dict):
        return f"{words} of {len(value)} parts"
    return f"{words} {value}"
