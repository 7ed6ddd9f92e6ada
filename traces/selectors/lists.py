"""The list of runs: what it is narrowed to, and its rows. Without a word of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat
from django.urls import reverse

from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Forbidden
from traces.abouts import About
from traces.models import State, ToolCall, Trace, TraceQuerySet

# The order of the list: columns that are never NULL, the last one unique.
ORDER = ("-started_at", "-id")


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is narrowed to; what is empty narrows nothing.

    `about` is a person or a conversation, `conversation` and `subject` are what they
    say. They are matched whole and by digest, and only for `trace.find`: finding
    nothing is an answer too. `turns`: at least so many.
    """

    system: str = ""
    about: About | None = None
    conversation: str = ""
    subject: str = ""
    trace_id: UUID | None = None
    request: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    stop_class: str = ""
    state: State | None = None
    with_errors: bool = False
    turns: int = 0

    @property
    def names_somebody(self) -> bool:
        return bool(self.about or self.conversation or self.subject)


def list_traces(person: User, wanted: ListFilter, now: datetime) -> TraceQuerySet:
    """Return the runs that the person may see and that fit, not yet ordered.

    Raises Forbidden where they look for somebody without the right to.
    """
    traces = Trace.objects.visible_to(person).select_related("system")
    if wanted.names_somebody:
        if not person.has_right(Right.TRACE_FIND):
            raise Forbidden(
                "not_allowed", "Your roles do not look runs up by whom they are about."
            )
        traces = _about(traces, wanted)
    return traces.filter(_shape(wanted), _state(wanted.state, now))


def _about(traces: TraceQuerySet, wanted: ListFilter) -> TraceQuerySet:
    if wanted.conversation:
        traces = traces.of_conversation(wanted.conversation)
    if wanted.subject:
        traces = traces.of_subject(wanted.subject)
    if wanted.about:
        traces = traces.filter(
            Q(conversation_digest=wanted.about.conversation)
            | Q(subject_digest=wanted.about.subject)
        )
    return traces


def _shape(wanted: ListFilter) -> Q:
    """Conditions on what stands in clear."""
    fits = Q()
    if wanted.system:
        fits &= Q(system__slug=wanted.system)
    if wanted.trace_id:
        fits &= Q(trace_id=wanted.trace_id)
    if wanted.request:
        calls = ToolCall.objects.filter(request_id=wanted.request)
        fits &= Q(pk__in=calls.values("trace"))
    if wanted.since:
        fits &= Q(started_at__gte=wanted.since)
    if wanted.until:
        fits &= Q(started_at__lt=wanted.until)
    if wanted.stop_class:
        fits &= Q(stop_class=wanted.stop_class)
    if wanted.with_errors:
        fits &= Q(errors__gt=0)
    if wanted.turns:
        # Where no turn is numbered, each call of a model is one.
        fits &= Q(turns__gte=wanted.turns) | Q(turns=None, llm_calls__gte=wanted.turns)
    return fits


def _state(state: State | None, now: datetime) -> Q:
    """The same as `Trace.state_at`, as a condition."""
    if state is None:
        return Q()
    still_open = Q(quiet_at__gt=now) | Q(dirty_since__isnull=False)
    if state is State.OPEN:
        return still_open
    return ~still_open & Q(whole=state is State.COMPLETE)


@dataclass(frozen=True, slots=True)
class Sample:
    """So many runs at random; the same ones again for the same `draw`."""

    size: int
    draw: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The runs of a sample, newest first, and of how many they were drawn."""

    traces: list[Trace]
    fitting: int


def draw_sample(traces: TraceQuerySet, sample: Sample) -> Drawn:
    """Draw some of the runs, each as likely as any other.

    In the order of a hash of draw and key, so that an address shows everybody the same
    runs. It looks at all that fit: whoever samples has narrowed the list first.
    """
    lot = MD5(Concat(Value(sample.draw), Cast("pk", CharField())))
    drawn = traces.annotate(lot=lot).order_by("lot", "pk")[: sample.size]
    newest = sorted(drawn, key=lambda trace: (trace.started_at, trace.pk), reverse=True)
    return Drawn(newest, traces.count())


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A run in two lines."""

    trace: Trace
    state: State

    @property
    def url(self) -> str:
        return reverse("show_trace", args=[self.trace.pk])

    @property
    def title(self) -> str:
        return title_of(self.trace)

    @property
    def seconds(self) -> float | None:
        return seconds_of(self.trace)

    @property
    def turns(self) -> int:
        return self.trace.turns or self.trace.llm_calls

    @property
    def tokens(self) -> int | None:
        told = (self.trace.input_tokens, self.trace.output_tokens)
        return sum(one or 0 for one in told) if any(told) else None


def rows_of(traces: QuerySet[Trace] | list[Trace], now: datetime) -> list[TraceRow]:
    return [TraceRow(trace, trace.state_at(now)) for trace in traces]


def title_of(trace: Trace) -> str:
    """What a run is called: by its agent or root, which are no words of anybody."""
    return trace.agent or trace.name or "A run without a name"


def seconds_of(trace: Trace) -> float | None:
    if trace.ended_at is None:
        return None
    return (trace.ended_at - trace.started_at).total_seconds()
