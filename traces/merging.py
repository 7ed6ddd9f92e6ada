"""Copies of spans become one trace, in whatever order and batches they came. Pure.

An exporter may send a span twice (a lost answer), late, or first open and then ended.
Of two copies the more complete one stands; an ended copy that gave another answer is a
replay, and stands beside the first, never over it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace

from traces.spans import (
    Direction,
    PartKind,
    PartShape,
    SpanFacts,
    SpanShape,
    Usage,
)


def merge_copies(copies: Iterable[SpanShape]) -> list[SpanShape]:
    """Return one shape a span id, in order of start, end and id.

    `copies` come in the order they arrived. Supplements (log events about a span) give
    what the span itself does not tell; one whose span never came stands for it.
    """
    told: dict[str, list[SpanShape]] = {}
    supplements: dict[str, list[SpanShape]] = {}
    for copy in copies:
        of_kind = supplements if copy.supplement else told
        of_kind.setdefault(copy.span_id, []).append(copy)
    standing = {span_id: _standing(same) for span_id, same in told.items()}
    for span_id, again in supplements.items():
        events = _distinct(again)
        whole = standing.get(span_id) or _stand_in(events[0])
        standing[span_id] = _supplemented(whole, events)
    return sorted(standing.values(), key=in_order)


def in_order(span: SpanFacts) -> tuple[int, int, str]:
    """The order of a trace's spans, as a key to sort by."""
    return (span.start_ns, span.end_ns, span.span_id)


def _standing(copies: list[SpanShape]) -> SpanShape:
    """Return the copy that stands, with one of each other answer beside it.

    Which came first matters to replays alone: a redelivered one is the same replay.
    """
    ended = [copy for copy in copies if copy.end_ns]
    if not ended:
        # Looks at a span that still goes on: the one that knows most.
        return max(copies, key=_fullness)
    fullest: dict[str, SpanShape] = {}
    for copy in ended:
        known = fullest.get(copy.answer)
        if known is None or _fullness(copy) > _fullness(known):
            fullest[copy.answer] = copy
    answered = [copy for answer, copy in fullest.items() if answer]
    first, *others = answered or fullest.values()
    first.beside = others
    return first


def _fullness(copy: SpanShape) -> tuple[int, str, int, int]:
    """How much a copy tells; between equals, anything that does not hang on order."""
    return (copy.fields, copy.answer, copy.end_ns, len(copy.parts))


def _distinct(events: list[SpanShape]) -> list[SpanShape]:
    """Return log events in order of time, each once however often it was delivered.

    Those of one moment stay in the order they came: it is the one they were sent in.
    """
    known: set[tuple[int, int, str]] = set()
    distinct = []
    for event in sorted(events, key=lambda event: event.start_ns):
        told = (event.start_ns, event.fields, event.said)
        # Facts without words are only filled in: to hear them twice changes nothing.
        if not event.said or told not in known:
            distinct.append(event)
        known.add(told)
    return distinct


def _stand_in(event: SpanShape) -> SpanShape:
    """Return a span of which only log events came: ids and words, no times."""
    return replace(event, start_ns=0, end_ns=0, parts=[], beside=[])


def _supplemented(span: SpanShape, events: list[SpanShape]) -> SpanShape:
    told = {part.direction for part in span.parts if _tells(part)}
    for event in events:
        brought = [part for part in event.parts if part.direction not in told]
        if any(part.direction is Direction.OUT and _tells(part) for part in brought):
            span.parts = [part for part in span.parts if not _stands_in(part)]
        span.parts += brought
        _fill(span, event)
    if Direction.OUT not in told:
        span.answer = span.answer or next((e.answer for e in events if e.answer), "")
    return span


def _tells(part: PartShape) -> bool:
    """True for a piece of a message; a label, an error or a definition is none."""
    return part.kind in _MESSAGES and bool(part.length or part.size)


def _stands_in(part: PartShape) -> bool:
    """True for reasoning that was counted and did not come with the span."""
    return part.kind is PartKind.REASONING and not part.length


def _fill(span: SpanShape, event: SpanShape) -> None:
    """Take from an event the plain facts that the span does not tell."""
    for name in _FILLED:
        if not getattr(span, name):
            setattr(span, name, getattr(event, name))
    for figure in fields(Usage):
        if getattr(span.usage, figure.name) is None:
            setattr(span.usage, figure.name, getattr(event.usage, figure.name))


_MESSAGES = frozenset(
    {
        PartKind.TEXT,
        PartKind.REASONING,
        PartKind.OPAQUE,
        PartKind.TOOL_CALL,
        PartKind.TOOL_RESULT,
        PartKind.ATTACHMENT,
    }
)
_FILLED = (
    "provider",
    "model_asked",
    "model",
    "agent",
    "finish",
    "stop_class",
    "error_type",
    "parameters",
    "prompt",
    "tools",
)
