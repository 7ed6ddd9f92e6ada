"""What a run was told by its history: results of tools that it never called itself.

A conversation goes on from run to run, and each is given what tools answered in those
before. Such a fact has an age as well, and nothing in the run itself says which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from traces.figures import moment
from traces.models import ToolCall, Trace
from traces.own_dates import own_date_of
from traces.selectors.ages import Age
from traces.selectors.steps import UNKNOWN, Tools
from traces.selectors.words_shown import Reader, Shown
from traces.spans import Direction, PartKind, PartShape, SpanShape
from traces.steps import Answer, Step


@dataclass(frozen=True, slots=True)
class Inherited:
    """The newest result of a tool that the answer had from before the run.

    `age` is the least that it can be: of the tool's last call in the conversation
    before the run, or, where `is_bound`, as old as the run at the answer; with what the
    result says of its own date, as far as the reader reads it.
    """

    tool: str
    age: Age
    is_bound: bool
    shown: Shown

    @property
    def is_told(self) -> bool:
        """True if its call was seen, or even the least it can be is too old."""
        return not self.is_bound or self.age.is_late_by_call


def inherited_parts(answer: Answer, steps: Sequence[Step]) -> list[PartShape]:
    """Return the results that the answer had from before: what is to be opened."""
    span = answer.step.span if answer.step else None
    return list(_results_before(span, steps).values()) if span else []


def inherited_facts(
    trace: Trace, answer: Answer, steps: Sequence[Step], tools: Tools, reader: Reader
) -> list[Inherited]:
    """Return what the answer had from before, the stalest first. At most one query."""
    span = answer.step.span if answer.step else None
    if span is None or not span.start_ns:
        return []
    results = _results_before(span, steps)
    began = min(_moments(steps, span), default=trace.started_at)
    known = _last_called(trace, results, began) if results else {}
    at = moment(span.start_ns)
    found = []
    for name, part in results.items():
        shown = reader.show(part)
        age = _age(at, known.get(name, began), tools.get(name, UNKNOWN).limit_s, shown)
        found.append(Inherited(name, age, name not in known, shown))
    return sorted(found, key=lambda one: (not one.age.is_stale, -one.age.seconds))


def _age(at: datetime, known_at: datetime, limit_s: int | None, shown: Shown) -> Age:
    seconds = max(0.0, (at - known_at).total_seconds())
    own = own_date_of([shown.text or ""], known_at)
    is_read = shown.text is not None
    return Age(seconds, limit_s, known_at).told(own, is_read=is_read)


def _moments(steps: Iterable[Step], span: SpanShape) -> Iterable[datetime]:
    told = [one for step in steps for one in step.spans]
    return (moment(one.start_ns) for one in (*told, span) if one.start_ns)


def _results_before(span: SpanShape, steps: Iterable[Step]) -> dict[str, PartShape]:
    """Return the newest result in the history of each tool that was not called here."""
    own = {act.call_id for step in steps for act in step.acts if act.call_id}
    came = [part for part in span.parts if part.direction is Direction.IN]
    called = {p.call_id: p.name for p in came if p.kind is PartKind.TOOL_CALL}
    results = (p for p in came if _is_result(p) and p.call_id not in own)
    named = {part.name or called.get(part.call_id, ""): part for part in results}
    return {name: part for name, part in named.items() if name}


def _is_result(part: PartShape) -> bool:
    return part.kind is PartKind.TOOL_RESULT and bool(part.call_id)


def _last_called(
    trace: Trace, tools: Collection[str], before: datetime
) -> dict[str, datetime]:
    """Return when each tool was last done in the conversation before the run."""
    if not trace.conversation_digest:
        return {}
    calls = ToolCall.objects.filter(
        trace__system=trace.system_id,
        trace__conversation_digest=trace.conversation_digest,
        tool__in=tools,
        started_at__lt=before,
        failed=False,
    ).exclude(trace=trace)
    rows = calls.order_by("tool", "-started_at").distinct("tool")
    return {
        tool: started_at + timedelta(milliseconds=duration_ms or 0)
        for tool, started_at, duration_ms in rows.values_list(
            "tool", "started_at", "duration_ms"
        )
    }
