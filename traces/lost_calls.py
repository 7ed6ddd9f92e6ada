"""Calls of tools that were made, and whose spans never came. Pure.

What a model announced and was given a result of did run, whether or not its span came:
a run of which eight calls are shown may have made forty-seven.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from traces.spans import Direction, Kind, PartKind, Span, SpanShape

AnySpan = Span | SpanShape


def lost_calls(spans: Sequence[AnySpan], calls: Sequence[AnySpan]) -> list[str]:
    """Return the ids of the calls that are missing; `calls`: those of models.

    Only where some call of the run came as a span with its id: many instruments tell of
    models alone, and then no tool's span is to be expected. What the provider ran
    itself has its result in the same answer, and no span either.
    """
    came = {s.call_id for s in spans if s.call_id and s.kind is not Kind.LLM}
    if not came:
        return []
    by_provider = _ids(calls, PartKind.TOOL_RESULT, Direction.OUT)
    answered = _ids(calls, PartKind.TOOL_RESULT, Direction.IN)
    announced = _ids(calls, PartKind.TOOL_CALL, Direction.OUT)
    return sorted((announced & answered) - by_provider - came)


def _ids(calls: Iterable[AnySpan], kind: PartKind, direction: Direction) -> set[str]:
    return {
        part.call_id
        for call in calls
        for part in call.parts
        if part.kind is kind and part.direction is direction and part.call_id
    }
