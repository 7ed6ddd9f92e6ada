"""From JSON to models. Fields may be missing or new; the needed ones may not."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from ._errors import UnexpectedAnswer
from ._json import JsonObject, JsonValue
from ._models import Containment, Decision, Grant, Outcome, Request, Status

T = TypeVar("T")


def request(value: JsonValue) -> Request:
    data = an_object(value)
    return Request(
        id=_needed(data, "id", _text),
        status=Status(_needed(data, "status", _text)),
        queue=_text(data.get("queue")),
        risk_class=_text(data.get("risk_class")),
        policy_version=_text(data.get("policy_version")),
        expires_at=_time(data.get("expires_at")),
        expected_wait_s=_number(data.get("expected_wait_s")),
        position=_integer(data.get("position")),
        url=_text(data.get("url")),
        decided_by=_text(data.get("decided_by")),
        decision=_optional(data.get("decision"), _decision),
        outcome=_optional(data.get("outcome"), outcome),
        raw=data,
    )


def grant(value: JsonValue) -> Grant:
    data = an_object(value)
    return Grant(
        grant_id=_needed(data, "grant_id", _text),
        arguments=an_object(data.get("arguments")),
        execute_before=_time(data.get("execute_before")),
    )


def containments(value: JsonValue) -> tuple[Containment, ...]:
    """Read a list, bare or under a name, of what holds now."""
    if isinstance(value, dict):
        value = value.get("containments", value.get("results"))
    if not isinstance(value, list):
        raise UnexpectedAnswer("a list of containments was expected")
    return tuple(_containment(an_object(item)) for item in value)


def nothing(_value: JsonValue) -> None:
    """Read an answer whose body says nothing we need."""


def an_object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise UnexpectedAnswer(f"a JSON object was expected, not {value!r:.100}")
    return value


def _decision(data: JsonObject) -> Decision:
    return Decision(
        verdict=_text(data.get("verdict")) or "",
        arguments=_optional(data.get("arguments"), lambda arguments: arguments),
        arguments_digest=_text(data.get("arguments_digest")),
        message=_text(data.get("message")) or "",
        reason_code=_text(data.get("reason_code")),
        decided_at=_time(data.get("decided_at")),
        decided_by=_text(data.get("decided_by")),
        execute_before=_time(data.get("execute_before")),
    )


def outcome(data: JsonObject) -> Outcome:
    effects = data.get("effects")
    return Outcome(
        status=_text(data.get("status")) or "",
        result=data.get("result"),
        effects=tuple(map(an_object, effects)) if isinstance(effects, list) else (),
        usage=_optional(data.get("usage"), lambda usage: usage),
        settlement=_text(data.get("settlement")),
    )


def _containment(data: JsonObject) -> Containment:
    return Containment(
        id=_needed(data, "id", _text),
        scope=_text(data.get("scope")),
        level=_text(data.get("level")),
        tool=_text(data.get("tool")),
        environment=_text(data.get("environment")),
        ordered_at=_time(data.get("ordered_at")),
        raw=data,
    )


def _needed(data: JsonObject, name: str, read: Callable[[JsonValue], T | None]) -> T:
    value = read(data.get(name))
    if value is None:
        raise UnexpectedAnswer(f"the answer has no {name}: {data!r:.200}")
    return value


def _optional(value: JsonValue, read: Callable[[JsonObject], T]) -> T | None:
    return read(value) if isinstance(value, dict) else None


def _text(value: JsonValue) -> str | None:
    return None if value is None else str(value)


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, (int, float)) else None


def _integer(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None


def _time(value: JsonValue) -> datetime | None:
    return None if value is None else datetime.fromisoformat(str(value))
