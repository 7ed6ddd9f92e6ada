"""What the row of a trace tells of its merged spans. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, TypeVar

from traces.completeness import completeness_of
from traces.lost_calls import lost_calls
from traces.spans import Kind, Span, SpanFacts, SpanShape
from traces.time_shares import shares_of
from traces.trees import SpanTree, TraceShape

S = TypeVar("S", Span, SpanShape)

# A run has no end that anybody tells: these are the waits after its last span.
QUIET_AFTER_END = timedelta(seconds=30)
QUIET_WITHOUT_END = timedelta(seconds=180)
_MOST_MODELS = 8
_LONGEST_NAME = 200
# What the columns hold; whoever claims more is not believed.
_MOST_COUNTED = 2**62
_MOST_USD = Decimal(10_000_000)
_MOST_TURNS = 2**31 - 1
# Years 1970 to 2261: what a signed count of nanoseconds can hold.
_LATEST_NS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class TraceFigures:
    """Tokens and money are sums over the calls that call no other; None: never told."""

    started_at: datetime | None
    ended_at: datetime | None
    whole: bool
    name: str
    agent: str
    models_used: list[str]
    stop_class: str
    failed: bool
    spans: int
    llm_calls: int
    tool_calls: int
    errors: int
    missing: int
    replays: int
    turns: int | None
    input_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cost_usd: Decimal | None
    usage: dict[str, list[int]]
    time_ms: dict[str, int]
    completeness: int | None
    synthetic: bool

    def columns(self, otherwise: datetime) -> dict[str, Any]:
        """Return the columns of the row; without a start it began `otherwise`.

        That is when it first came here, and it cannot have begun later: where an
        agent's clock runs ahead, start and end are set back together.
        """
        started, ended = self.started_at or otherwise, self.ended_at
        ahead = max(started - otherwise, timedelta())
        return asdict(self) | {
            "started_at": started - ahead,
            "ended_at": ended - ahead if ended else None,
        }


def figures_of(shape: TraceShape) -> TraceFigures:
    """Return the figures of merged spans; those not read are only counted."""
    replays = sum(len(span.beside) for span in shape.spans)
    figures = count_spans(shape, replays=replays)
    return replace(figures, spans=figures.spans + shape.unread)


def count_spans(shape: SpanTree[S], *, replays: int = 0) -> TraceFigures:
    """Return the figures of spans of which each is there once."""
    calls = shape.leaves(Kind.LLM)
    lost = lost_calls(shape.spans, calls)
    root = shape.root
    return TraceFigures(
        started_at=_earliest(shape.spans),
        ended_at=_latest(shape.spans),
        whole=shape.is_whole and not lost,
        name=(root.name if root else "")[:_LONGEST_NAME],
        agent=_agent(root, shape.spans),
        models_used=_models(calls),
        stop_class=_stop_class(root, calls),
        failed=root.failed if root else any(span.failed for span in shape.spans),
        spans=len(shape.spans),
        llm_calls=len(calls),
        tool_calls=sum(span.kind is Kind.TOOL for span in shape.spans),
        errors=sum(span.failed for span in shape.spans),
        missing=len(shape.missing) + len(lost),
        replays=replays,
        turns=_turns(shape.spans),
        input_tokens=_sum(call.usage.input for call in calls),
        output_tokens=_sum(call.usage.output for call in calls),
        reasoning_tokens=_sum(call.usage.reasoning for call in calls),
        cost_usd=_cost(calls, root),
        usage=_usage(calls),
        time_ms=shares_of(shape).in_ms(),
        completeness=completeness_of(shape.spans, calls).percent,
        synthetic=any(span.synthetic for span in shape.spans),
    )


def quiet_after(whole: bool, last_arrival_at: datetime) -> datetime:
    """Return when no more is expected of a run."""
    return last_arrival_at + (QUIET_AFTER_END if whole else QUIET_WITHOUT_END)


def moment(at_ns: int) -> datetime:
    """Return a time in ns as a datetime, to the microsecond."""
    seconds, rest = divmod(min(at_ns, _LATEST_NS), 1_000_000_000)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=rest // 1000)


def _earliest(spans: Iterable[SpanFacts]) -> datetime | None:
    starts = [span.start_ns for span in spans if span.start_ns]
    return moment(min(starts)) if starts else None


def _latest(spans: Iterable[SpanFacts]) -> datetime | None:
    ends = [span.end_ns for span in spans if span.end_ns]
    return moment(max(ends)) if ends else None


def _turns(spans: Iterable[SpanFacts]) -> int | None:
    told = [span.turn for span in spans if span.turn is not None]
    return min(max(told), _MOST_TURNS) if told else None


def _agent(root: SpanFacts | None, spans: Iterable[SpanFacts]) -> str:
    if root and root.agent:
        return root.agent
    return next((span.agent for span in spans if span.agent), "")


def _models(calls: Iterable[SpanFacts]) -> list[str]:
    used = dict.fromkeys(call.model or call.model_asked for call in calls)
    return [name for name in used if name][:_MOST_MODELS]


def _stop_class(root: SpanFacts | None, calls: Sequence[SpanFacts]) -> str:
    """Of the last call that calls no other; the root's own word wins."""
    if root and root.stop_class:
        return root.stop_class
    return calls[-1].stop_class if calls else ""


def _sum(figures: Iterable[int | None]) -> int | None:
    told = [figure for figure in figures if figure is not None]
    return min(sum(told), _MOST_COUNTED) if told else None


def _usage(calls: Iterable[SpanFacts]) -> dict[str, list[int]]:
    """Return tokens by provider and model, as prices are told (traces/prices.py):
    input, output, read from cache, written to cache, reasoning."""
    used: dict[str, list[int]] = {}
    for call in calls:
        said = call.usage
        figures = (
            said.input,
            said.output,
            said.cache_read,
            said.cache_write,
            said.reasoning,
        )
        if any(figures):
            name = f"{call.provider}/{call.model or call.model_asked}"[:_LONGEST_NAME]
            sums = used.setdefault(name, [0] * len(figures))
            for place, figure in enumerate(figures):
                sums[place] = min(sums[place] + (figure or 0), _MOST_COUNTED)
    return dict(list(used.items())[:_MOST_MODELS])


def _cost(calls: Iterable[SpanFacts], root: SpanFacts | None) -> Decimal | None:
    told = [cost for call in calls if (cost := _told_cost(call)) is not None]
    if told:
        return min(sum(told, Decimal()), _MOST_USD)
    return _told_cost(root) if root else None


def _told_cost(span: SpanFacts) -> Decimal | None:
    if span.cost_usd is None or not isfinite(span.cost_usd):
        return None
    return min(max(Decimal(str(span.cost_usd)), Decimal()), _MOST_USD)
