"""Who saw a conversation: readings of its traces, from the log, newest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from reviewapp.core.models import Event
from reviewapp.core.models.events import EventQuerySet
from traces.models import (
    BreakGlass,
    Explanation,
    TierRaise,
    Tombstone,
    ToolCall,
    Trace,
    TraceQuerySet,
)
from traces.selectors.glasses import parts_read
from traces.selectors.lists import title_of

# Of one person's or conversation's runs, the newest; the page says if there are more.
MOST_TRACES = 500
_READ = ("trace.opened", "trace.words_opened", "feedback.read")
_LET_IN = ("glass.broken", "glass.approved", "glass.refused", "glass.ended")
_TOLD = ("explanation.read", "explanation.copied", "explanation.released")
_LIFTED = ("tier.raised", "tier.lowered")
_WHAT = {
    "trace.opened": "looked at the shape",
    "trace.words_opened": "read words",
    "explanation.read": "read what the customer is told",
    "explanation.copied": "copied out what the customer is told",
    "explanation.released": "released what the customer is told",
    "feedback.read": "read comments of feedback",
    "request.opened": "opened the card of its request",
    "glass.broken": "broke the glass",
    "glass.approved": "approved the reasoning in clear",
    "glass.refused": "refused an opening",
    "glass.ended": "stopped reading by break-glass",
    "tier.raised": "was lifted",
    "tier.lowered": "was lifted no more",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The runs that were asked for, and whether there are more than are looked at.

    `buried` are those of which a tombstone is left: the log outlives what it tells of.
    """

    traces: list[Trace]
    has_more: bool
    buried: list[Tombstone] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.traces) + len(self.buried)

    def events(self) -> EventQuerySet:
        """Return what people did to see them: the events, in no order yet."""
        keys = [one.pk for one in (*self.traces, *self.buried)]
        if not keys:
            return Event.objects.none()
        glasses = BreakGlass.objects.filter(trace_key__in=keys)
        explanations = Explanation.objects.filter(trace__in=keys)
        raises = TierRaise.objects.filter(_lifts_into(keys, self.traces))
        calls = ToolCall.objects.filter(trace__in=keys, request_id__isnull=False)
        asked = {one.request_id for one in calls if one.request_id}
        return Event.objects.filter(
            _on("trace", _READ, keys)
            | _on("breakglass", _LET_IN, glasses.values_list("pk", flat=True))
            | _on("tierraise", _LIFTED, raises.values_list("pk", flat=True))
            | _on("explanation", _TOLD, explanations.values_list("pk", flat=True))
            # Requests stand above this floor; the log knows them by name and id.
            | _on("actionrequest", ("request.opened",), asked)
        )


def seen_of(traces: TraceQuerySet, trace_id: UUID | None = None) -> Seen:
    """Return the newest of the runs found, and what is left of that of a trace id."""
    found = list(traces.select_related("system").newest_first()[: MOST_TRACES + 1])
    buried = list(Tombstone.objects.filter(trace_id=trace_id)) if trace_id else []
    return Seen(found[:MOST_TRACES], len(found) > MOST_TRACES, buried)


def _on(kind: str, verbs: Sequence[str], ids: Collection[UUID]) -> Q:
    texts = [str(one) for one in ids]
    return Q(subject_type=kind, subject_id__in=texts, verb__in=verbs)


def _lifts_into(keys: Sequence[UUID], traces: Sequence[Trace]) -> Q:
    """Raises for these runs, and those by reference for whom they are about."""
    subjects = {trace.subject_digest for trace in traces} - {""}
    conversations = {trace.conversation_digest for trace in traces} - {""}
    return (
        Q(trace_key__in=keys)
        | Q(subject_digest__in=subjects)
        | Q(conversation_digest__in=conversations)
    )


@dataclass(frozen=True, slots=True)
class SeenRow:
    """One act of one person: what they saw, how clearly, why, and under what."""

    event: Event
    trace: Trace | None

    @property
    def what(self) -> str:
        return _WHAT[self.event.verb]

    @property
    def title(self) -> str:
        return title_of(self.trace) if self.trace else ""

    # Any: JSON.
    def _fact(self, name: str) -> Any:
        return self.event.facts.get(name)

    @property
    def tier(self) -> str:
        tier = self._fact("tier")
        return "" if tier is None else str(tier)

    @property
    def parts(self) -> list[tuple[str, int]]:
        return parts_read(self.event)

    @property
    def spans(self) -> int:
        return int(self._fact("span_count") or 0)

    @property
    def why(self) -> str:
        return self._fact("why") or self._fact("reason") or ""

    @property
    def opening(self) -> str:
        """The id of the opening by break-glass it was done under, or that it is of."""
        if self.event.subject_type == "breakglass":
            return self.event.subject_id
        return self._fact("opening") if self.why == "glass" else ""


def rows_of_seen(events: Sequence[Event], seen: Seen) -> list[SeenRow]:
    by_key = {str(trace.pk): trace for trace in seen.traces}
    return [
        SeenRow(event, by_key.get(event.subject_id) or by_key.get(_trace_of(event)))
        for event in events
    ]


def _trace_of(event: Event) -> str:
    return str(event.facts.get("trace", ""))
