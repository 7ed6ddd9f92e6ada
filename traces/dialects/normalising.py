"""From a span as it came to a span in the one model."""

from __future__ import annotations

import re
from typing import Any

from traces.dialects import judgements
from traces.dialects.facts import mend_usage, read_facts
from traces.dialects.hearing import Heard, hear
from traces.dialects.saying import Sayings
from traces.dialects.table import CALLED
from traces.fidelity import Evidence, Source, label
from traces.providers.naming import as_name
from traces.providers.payload import Payload
from traces.providers.tools import canonical_definition
from traces.providers.writing import PartWriter, Thought
from traces.spans import (
    Direction,
    Fidelity,
    Kind,
    Part,
    PartKind,
    RawEvent,
    RawSpan,
    Span,
    Usage,
    WordClass,
)
from traces.stop_classes import classify


def normalise(raw: RawSpan) -> Span:
    """Bring a span of any dialect into the one model.

    Never raises on what a span says: what no reader knows is kept as it came.
    """
    heard = hear(raw)
    told = heard.told
    span = read_facts(raw, told)
    sayings = Sayings(span, raw, heard)
    sayings.read()
    for payload in sayings.payloads:
        fill(span, payload)
    mend_usage(span.usage)
    span.finish = span.finish or _finish_of(sayings.writer)
    span.judgements = [*heard.judgements, *judgements.take_all(told)]
    span.dialect = next((name for name in CALLED if name in told.dialects), "")
    _keep_rest(heard, sayings.writer)
    finish_words(span, sayings.writer, raw.dropped_attributes, sayings.payloads)
    return span


def fill(span: Span, payload: Payload) -> None:
    """Take from a native payload the facts that the span itself does not tell."""
    for name in ("provider", "model", "model_asked"):
        if not getattr(span, name):
            setattr(span, name, as_name(getattr(payload, name))[0])
    span.finish = span.finish or tuple(
        name for name, _ in map(as_name, payload.finish) if name
    )
    for name in Usage.__dataclass_fields__:
        if getattr(span.usage, name) is None:
            setattr(span.usage, name, getattr(payload.usage, name))
    span.parameters = {**payload.parameters, **span.parameters}


def _finish_of(writer: PartWriter) -> tuple[str, ...]:
    return tuple(name for name, _ in map(as_name, writer.finish) if name)


def _keep_rest(heard: Heard, writer: PartWriter) -> None:
    """Keep what nobody knows: events one by one, attributes together by class.

    They are about the span, and no part of the answer by which copies are compared.
    """
    writer.begin(Direction.IN)
    for event in heard.others:
        writer.other("event", _told_of(event))
    left = heard.told.left()
    if left:
        writer.others(left)


def _told_of(event: RawEvent) -> dict[str, Any]:
    return {"name": event.name, "at_ns": event.at_ns, **event.attributes}


def finish_words(
    span: Span, writer: PartWriter, dropped: int, payloads: list[Payload]
) -> None:
    """Label reasoning, count turns, class the stop: what takes the whole span."""
    writer.close()
    display = next((p.display for p in payloads if p.display), "")
    _label(span, writer, dropped, display)
    span.parts = writer.parts
    if span.turn is None and span.kind in (Kind.LLM, Kind.AGENT):
        span.turn = _turns(span.parts)
    span.stop_class = classify(span)


def _label(span: Span, writer: PartWriter, dropped: int, display: str) -> None:
    out = [t for t in writer.thoughts if t.part.direction is Direction.OUT]
    sealed = any(
        part.kind is PartKind.OPAQUE and part.direction is Direction.OUT
        for part in writer.parts
    )
    if not out and span.kind is Kind.LLM and (sealed or span.usage.reasoning):
        out = [_absent(writer)]
        writer.thoughts += out
    visible = sum(len(thought.part.text) for thought in out)
    model = span.model or span.model_asked
    of_output = Evidence(span.usage.reasoning, visible, sealed, dropped, model, display)
    for thought in writer.thoughts:
        is_out = thought.part.direction is Direction.OUT
        known = of_output if is_out else _of_history(thought, of_output)
        thought.part.fidelity = label(thought.part.text, thought.source, known)
    for part in writer.parts:
        if part.words is WordClass.REASONING and part.fidelity is None:
            is_call = part.kind is PartKind.TOOL_CALL
            part.fidelity = Fidelity.RAW if is_call else Fidelity.UNKNOWN


def _of_history(thought: Thought, known: Evidence) -> Evidence:
    """What was thought in earlier turns was counted in other spans."""
    return Evidence(
        visible=len(thought.part.text),
        opaque=thought.opaque,
        dropped=known.dropped,
        model=known.model,
        display=known.display,
    )


def _absent(writer: PartWriter) -> Thought:
    """Put an empty reasoning part where the output begins: it was there, unseen."""
    part = Part(PartKind.REASONING, WordClass.REASONING, Direction.OUT, 0, "assistant")
    place = next(
        (n for n, said in enumerate(writer.parts) if said.direction is Direction.OUT),
        len(writer.parts),
    )
    writer.parts.insert(place, part)
    return Thought(part, Source.GENERIC)


def _turns(parts: list[Part]) -> int | None:
    """Return how many messages of the input are a person's, None if none is."""
    asked = {
        part.message
        for part in parts
        if part.direction is Direction.IN
        and part.role == "user"
        and part.kind in (PartKind.TEXT, PartKind.ATTACHMENT)
    }
    return len(asked) or None


_VARIABLE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d+", re.IGNORECASE
)


def fingerprints(span: Span) -> tuple[str, dict[str, str]]:
    """Return what identifies a span's instructions and its tools, still in clear.

    The instructions come with each number and UUID as 0, for a date or an id in them
    makes no new prompt; the tools by name as canonical JSON of name, description and
    schema. Whoever stores them keys them with a secret: they are words.
    """
    instructions = "\n".join(
        part.text for part in span.parts if part.kind is PartKind.INSTRUCTIONS
    )
    tools = {
        part.name: canonical_definition(part.text)
        for part in span.parts
        if part.kind is PartKind.TOOL_DEFINITION and part.name
    }
    return _VARIABLE.sub("0", instructions), tools
