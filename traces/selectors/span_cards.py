"""One span, with all it says, and the replays of it beside the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from traces.captions import CAPTIONS
from traces.context_windows import share_used
from traces.figures import moment
from traces.selectors.steps import seconds_of
from traces.selectors.words_shown import Reader, Shown, reasoned_words
from traces.spans import Direction, PartKind, SpanShape
from traces.trees import TraceShape

# Messages of a history drawn at once, the newest; a call may bring hundreds.
_NEWEST = 6


@dataclass(frozen=True, slots=True)
class Copy:
    """What one copy of a span put out: the first, or a replay."""

    span: SpanShape
    said: Sequence[Shown]
    number: int

    @property
    def at(self) -> datetime | None:
        return moment(self.span.start_ns) if self.span.start_ns else None


@dataclass(frozen=True, slots=True)
class SpanCard:
    span: SpanShape
    came: Sequence[Shown]
    earlier: Sequence[Shown]
    instructions: Sequence[Shown]
    definitions: Sequence[Shown]
    copies: Sequence[Copy]
    parent: SpanShape | None
    is_whole: bool

    @property
    def first(self) -> Copy:
        return self.copies[0]

    @property
    def seconds(self) -> float | None:
        return seconds_of(self.span)

    @property
    def at(self) -> datetime | None:
        return self.first.at

    @property
    def model(self) -> str:
        return self.span.model or self.span.model_asked

    @property
    def context_percent(self) -> int | None:
        return share_used(self.model, self.span.usage.input)

    @property
    def reasoned(self) -> str:
        return reasoned_words(self.span.usage.reasoning, self.span.parts)

    @property
    def captions(self) -> list[str]:
        """What its reasoning is, once for each kind."""
        labels = (part.fidelity for part in self.span.parts if part.fidelity)
        return [CAPTIONS[one] for one in dict.fromkeys(labels)]

    @property
    def says_nothing(self) -> bool:
        return not self.span.parts


def card_of(span: SpanShape, shape: TraceShape, reader: Reader) -> SpanCard:
    apart = (PartKind.INSTRUCTIONS, PartKind.TOOL_DEFINITION)
    came = [
        reader.show(part)
        for part in span.parts
        if part.direction is Direction.IN and part.kind not in apart
    ]
    cut = 0 if reader.is_whole else max(0, len(came) - _NEWEST)
    return SpanCard(
        span=span,
        came=came[cut:],
        earlier=came[:cut],
        instructions=_of_kind(span, PartKind.INSTRUCTIONS, reader),
        definitions=_of_kind(span, PartKind.TOOL_DEFINITION, reader),
        copies=[
            Copy(copy, _put_out(copy, reader), number)
            for number, copy in enumerate((span, *span.beside), start=1)
        ],
        parent=shape.by_id.get(span.parent_id),
        is_whole=reader.is_whole,
    )


def _of_kind(span: SpanShape, kind: PartKind, reader: Reader) -> list[Shown]:
    return reader.show_all(part for part in span.parts if part.kind is kind)


def _put_out(span: SpanShape, reader: Reader) -> list[Shown]:
    apart = (PartKind.INSTRUCTIONS, PartKind.TOOL_DEFINITION)
    return reader.show_all(
        part
        for part in span.parts
        if part.direction is Direction.OUT and part.kind not in apart
    )
