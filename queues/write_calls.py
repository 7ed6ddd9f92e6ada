"""The write calls of recorded runs, told as a person would. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from traces.recorded_runs import (
    PERSON_IDS,
    BadRun,
    Json,
    Message,
    RecordedRun,
    ToolCall,
)

# Ids that say with what it is paid: not which thing it is.
_MEANS_IDS = ("payment_id",)
_LAST_TURNS = 4
_TOLD = 4


def writes_of(run: RecordedRun) -> list[WriteCall]:
    """Return every call that would change something, with what came before it.

    Raises BadRun where the arguments of one are no object.
    """
    return list(_writes_of(run))


def _writes_of(run: RecordedRun) -> Iterator[WriteCall]:
    for turn, message in enumerate(run.messages):
        for call in message.calls:
            if call.writes and not isinstance(call.arguments, dict):
                raise BadRun("the arguments of a call that writes are no object")
            if call.writes:
                yield WriteCall(run, call, turn)


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
        """The words exchanged so far, as Markdown.

        What was proposed and answered last comes first, because the consent that a
        write call rests on stands there; then all of it, oldest first.
        """
        said = [
            f"**{_speaker(message)}:** {message.text}"
            for message in self.run.messages[: self.turn + 1]
            if message.role in ("assistant", "user") and message.text
        ]
        if len(said) <= _LAST_TURNS:
            return "\n\n".join(said)
        last = said[-_LAST_TURNS:]
        return "\n\n".join(["### Said last", *last, "### From the beginning", *said])

    def facts(self) -> list[Fact]:
        """What the tools answered so far; what this call speaks of comes first."""
        asked = {c.id: c for m in self.run.messages[: self.turn + 1] for c in m.calls}
        found = [
            Fact(asked[m.answers], _value(m.text), m.at, m.failed)
            for m in self.run.messages[: self.turn]
            if m.role == "tool" and m.answers in asked
        ]
        found.sort(key=lambda fact: fact.at, reverse=True)
        named = _names_in(self.call.named)
        return sorted(found, key=lambda fact: not named & _names_in(fact.call.named))

    def subject(self) -> str:
        """Whose business it is: the first person that a call or an answer names."""
        calls = [c for m in self.run.messages[: self.turn + 1] for c in m.calls]
        told = [*(c.arguments for c in calls), *(fact.value for fact in self.facts())]
        for record in told:
            for name in PERSON_IDS:
                if isinstance(record, dict) and isinstance(record.get(name), str):
                    return str(record[name])
        return ""

    def changes(self) -> list[Json]:
        """Before and after, field by field, from the newest record of the same id.

        Like is compared with like: of what was there, only what the call sends. A call
        that makes something new has no record and so nothing to compare with.
        """
        record = self._record()
        if record is None:
            return []
        before = {name: _like(record[name], after) for name, after in self._in(record)}
        return [
            {"path": name, "before": before[name], "after": after}
            for name, after in self._in(record)
            if before[name] != after
        ]

    def _in(self, record: Json) -> list[tuple[str, Any]]:
        return [pair for pair in self.call.named.items() if pair[0] in record]

    def _record(self) -> Json | None:
        ids = {
            name: value
            for name, value in self.call.named.items()
            if name.endswith("_id")
            and name not in (*PERSON_IDS, *_MEANS_IDS)
            and isinstance(value, str)
        }
        for fact in sorted(self.facts(), key=lambda fact: fact.at, reverse=True):
            if isinstance(fact.value, dict) and any(
                fact.value.get(name) == value for name, value in ids.items()
            ):
                return fact.value
        return None

    def summary(self) -> str:
        """What will happen in plain words, from the tool's name and its arguments.

        The thing itself first, then a few of the rest: enough to tell two apart.
        """
        verb = self.call.name.replace("_", " ").capitalize()
        arguments = dict(self.call.named)
        thing = next((name for name in arguments if name.endswith("_id")), None)
        named = f" {arguments.pop(thing)}" if thing else ""
        rest = [_told(name, value) for name, value in arguments.items() if value]
        more = ", …" if len(rest) > _TOLD else ""
        told = f": {', '.join(rest[:_TOLD])}{more}" if rest else ""
        return f"{verb}{named}{told}"


def _like(before: Any, after: Any) -> Any:
    """Return of `before` what `after` speaks of, in its shape."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {name: _like(before.get(name), value) for name, value in after.items()}
    if isinstance(before, list) and isinstance(after, list) and after:
        return [_like(item, after[0]) for item in before]
    return before


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
