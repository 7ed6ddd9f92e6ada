"""Recorded runs: one JSON object a line, read strictly. Pure.

The format is described in docs/recorded-runs.md. What is read here becomes spans
(`traces/run_spans.py`) or requests (the queues): there is one reader for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

import orjson

from traces.providers.values import moment_in_ns, real

Json = dict[str, Any]  # Any: recorded arguments and results are the agents' own JSON.

PERSON_IDS: Final = ("user_id", "customer_id")
_ROLES = frozenset({"assistant", "user", "tool"})


class BadRun(ValueError):
    """A line that is no recorded run; the message says why, in no words of it."""


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of reasoning; `signature` is the provider's, where one came."""

    text: str
    signature: Any


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: Any
    writes: bool

    @property
    def named(self) -> Json:
        """The arguments by name; none where they are no object."""
        return self.arguments if isinstance(self.arguments, dict) else {}


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. `told` is how many things were told of it."""

    role: str
    at: datetime
    text: str
    thoughts: tuple[Thought, ...]
    calls: tuple[ToolCall, ...]
    answers: str
    failed: bool
    model: str
    stop_reason: str
    usage: Any
    told: int

    @classmethod
    def of(cls, data: Any) -> Self:
        """Raises BadRun."""
        if not isinstance(data, dict):
            raise BadRun("a message is no object")
        if data.get("role") not in _ROLES:
            raise BadRun("a message has none of the roles assistant, user, tool")
        return cls(
            role=data["role"],
            at=moment(data.get("at")),
            text=_text(data.get("text"), "a message's text"),
            thoughts=tuple(_thought(one) for one in _list(data, "thinking")),
            calls=tuple(_call(one) for one in _list(data, "tool_calls")),
            answers=_text(data.get("tool_call_id"), "tool_call_id"),
            failed=bool(data.get("error")),
            model=_if_text(data.get("model")),
            stop_reason=_if_text(data.get("stop_reason")),
            usage=data.get("usage"),
            told=len(data),
        )

    @property
    def thinking(self) -> str:
        """What the model thought before the turn, as one text."""
        return "\n\n".join(thought.text for thought in self.thoughts)


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run, at least one message long. `told` is how many things were told of it."""

    run_id: str
    agent: str
    environment: str
    messages: tuple[Message, ...]
    started_at: datetime | None
    ended_at: datetime | None
    ended_by: str
    outcome_ok: bool | None
    cost_usd: float | None
    told: int

    @classmethod
    def of(cls, data: Json) -> Self:
        """Raises BadRun."""
        outcome, cost = data.get("outcome_ok"), data.get("cost_usd")
        run = cls(
            run_id=_name(data, "run_id"),
            agent=_name(data, "agent"),
            environment=_name(data, "environment"),
            messages=tuple(Message.of(one) for one in _list(data, "messages")),
            started_at=_moment_of(data, "started_at"),
            ended_at=_moment_of(data, "ended_at"),
            ended_by=_if_text(data.get("ended_by")),
            outcome_ok=outcome if isinstance(outcome, bool) else None,
            cost_usd=None if isinstance(cost, str) else real(cost),
            told=len(data),
        )
        if not run.messages:
            raise BadRun("it has no messages")
        return run

    @classmethod
    def parse(cls, line: bytes) -> Self:
        """Raises BadRun."""
        try:
            data = orjson.loads(line)
        except orjson.JSONDecodeError as fault:
            raise BadRun(f"it is no JSON ({fault})") from fault
        if not isinstance(data, dict):
            raise BadRun("it is no JSON object")
        return cls.of(data)


def moment(value: Any, name: str = "at") -> datetime:
    """Return an ISO 8601 moment between 1970 and 2262. Raises BadRun."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError) as fault:
        raise BadRun(f"{name} is no ISO 8601 time") from fault
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    if moment_in_ns(in_ns(found)) is None:
        raise BadRun(f"{name} is not between 1970 and 2262")
    return found


def in_ns(at: datetime) -> int:
    """Return nanoseconds since 1970, to the microsecond."""
    return round(at.timestamp() * 1_000_000) * 1_000


def _moment_of(data: Json, name: str) -> datetime | None:
    value = data.get(name)
    return None if value is None else moment(value, name)


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


def _text(value: Any, what: str) -> str:
    if not isinstance(value or "", str):
        raise BadRun(f"{what} is no text")
    return value or ""


def _if_text(value: Any) -> str:
    """What a recorder adds of its own accord is taken where it is a text."""
    return value if isinstance(value, str) else ""


def _thought(data: Any) -> Thought:
    if not isinstance(data, dict):
        raise BadRun("thinking is no list of objects")
    return Thought(_text(data.get("text"), "thinking"), data.get("signature"))


def _call(data: Any) -> ToolCall:
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise BadRun("a tool call has no id")
    name = data.get("name")
    if not isinstance(name, str):
        raise BadRun("a tool call's name is no text")
    return ToolCall(data["id"], name, data.get("arguments"), data.get("writes") is True)
