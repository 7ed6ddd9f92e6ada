"""Sorts all that came with a span: attributes, its resource, its events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from traces.dialects import events, judgements
from traces.dialects.table import MEANINGS, sort_into, sort_out
from traces.dialects.told import Told
from traces.providers.values import loads
from traces.spans import Attributes, Judgement, RawEvent, RawSpan

# What a resource may say of its spans; the rest of it describes the process.
_OF_RESOURCE = (
    "service.name", "service.version", "deployment.environment.name",
    "deployment.environment", "session.id", "user.id", "enduser.id",
    "gen_ai.agent.name", "reviewapp.synthetic", "reviewapp.environment",
    "langfuse.environment", "langfuse.release",
)  # fmt: skip
_EVENT_RANK = 50  # an event's word counts less than the span's own


@dataclass(slots=True)
class Heard:
    """A span, sorted: what it was told, its failures, judgements and other events."""

    told: Told
    failures: list[dict[str, Any]] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)
    others: list[RawEvent] = field(default_factory=list)


def hear(raw: RawSpan) -> Heard:
    heard = Heard(sort_out(raw.attributes))
    _hear_resource(heard.told, raw.resource)
    asked: list[Any] = []
    said: list[Any] = []
    for event in raw.events:
        if event.name in events.MESSAGES:
            message = events.message_of(event.name, event.attributes)
            (said if event.name == "gen_ai.choice" else asked).append(message)
        else:
            _hear_event(heard, event)
    for slot, messages in (("event_input", asked), ("event_output", said)):
        if messages:
            heard.told.hear(slot, _EVENT_RANK, slot, messages)
            heard.told.dialects.add("genai")
    return heard


def _hear_resource(told: Told, resource: Attributes) -> None:
    for key in _OF_RESOURCE:
        value = resource.get(key)
        if value:
            meaning = MEANINGS[key]
            if meaning.slot not in told:
                told.hear(meaning.slot, meaning.rank, key, value)


def _hear_event(heard: Heard, event: RawEvent) -> None:
    if event.name in events.EXCEPTIONS:
        heard.failures.append(event.attributes)
        kind = event.attributes.get("exception.type")
        if isinstance(kind, str) and "exception_event" not in heard.told:
            heard.told.hear("exception_event", _EVENT_RANK, event.name, kind)
    elif event.name == events.EVALUATION:
        heard.judgements.append(judgements.of_event(event.attributes))
    elif event.name in events.DETAILS:
        sort_into(heard.told, event.attributes)
    elif event.name in events.CONTENT:
        _hear_content(heard.told, event)
    else:
        _hear_other(heard, event)


def _hear_content(told: Told, event: RawEvent) -> None:
    """The first generation's events of all messages at once, or of the whole answer."""
    slot = events.CONTENT[event.name]
    for key, value in event.attributes.items():
        told.hear(slot, _EVENT_RANK, key, loads(value))
    told.dialects.add("genai")


def _hear_other(heard: Heard, event: RawEvent) -> None:
    if event.name in events.FIRST_CHUNKS and "first_chunk_at" not in heard.told:
        heard.told.hear("first_chunk_at", _EVENT_RANK, event.name, event.at_ns)
    if event.name not in events.FIRST_CHUNKS or event.attributes:
        heard.others.append(event)
