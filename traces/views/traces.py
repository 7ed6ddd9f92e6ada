"""One run: its answer, how it got there, its tree, and one span of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reviewapp.core.access import access
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Invalid, Problem
from reviewapp.core.refusals import flat_errors
from traces.forms import LabelForm, ReferenceForm
from traces.models import State, Trace
from traces.selectors.answers import answer_line
from traces.selectors.asked import steps_told
from traces.selectors.inherited import inherited_facts, inherited_parts
from traces.selectors.lists import seconds_of, title_of
from traces.selectors.opened import Opened
from traces.selectors.overviews import overview_of
from traces.selectors.raises import ticket_named
from traces.selectors.reach import Reach, reach_of
from traces.selectors.reading import read_shape
from traces.selectors.span_cards import card_of
from traces.selectors.steps import Stretch, lines_of, stretch_from, tools_of
from traces.selectors.tree_rows import tree_rows
from traces.selectors.words_shown import Reader
from traces.services.labels import label_trace
from traces.services.openings import Wanted, open_trace, open_words
from traces.services.raises import name_reference
from traces.spans import PartKind
from traces.steps import Answer, Step, answer_of
from traces.tiers import RaiseKind, Tier, lifts
from traces.trees import TraceShape
from traces.views.finding import find_span, find_trace, number_in


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_trace(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """Show a run. The reading is in the log before a word of it leaves."""
    trace = find_trace(request, trace_key)
    if ticket := request.GET.get("support_ref", ""):
        return _follow_ticket(request, trace, ticket)
    return _render(request, trace)


def _follow_ticket(request: HttpRequest, trace: Trace, ticket: str) -> HttpResponse:
    """Answer elsewhere, also where it is refused: addresses are kept by browsers and
    proxies, and a ticket is not for them."""
    try:
        _name(request, trace, ticket)
    except Problem as problem:
        messages.error(request, _said_of(problem))
    return redirect("show_trace", trace.pk)


@access(Right.TRACE_SEE)
@require_POST
def name_support_reference(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """Name a ticket or case, and read explanations of its one subject by it."""
    trace = find_trace(request, trace_key)
    form = ReferenceForm(request.POST)
    if not form.is_valid():
        return _render(request, trace, form)
    try:
        _name(request, trace, form.cleaned_data["support_ref"])
    except Problem as problem:
        form.add_error("support_ref", _said_of(problem))
        return _render(request, trace, form)
    return redirect("show_trace", trace.pk)


@access(Right.TIER_CAP)
@require_POST
def label(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """Cap who reads the words of this one trace."""
    trace = find_trace(request, trace_key)
    form = LabelForm(request.POST)
    if not form.is_valid():
        raise Invalid(flat_errors(form.errors))
    label_trace(trace, form.cleaned_data["tier"], actor=actor_of(request))
    messages.success(request, "Saved. It counts from now on.")
    return redirect("show_trace", trace.pk)


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_steps(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """More steps of a long run."""
    look = Look.at(request, find_trace(request, trace_key))
    stretch = stretch_from(look.steps, number_in(request, "from"))
    opened = look.open_more(Wanted.of_steps(stretch.steps), door="steps")
    context = _steps_context(look, stretch, look.reader(opened))
    return render_page(request, "traces/steps.html", context, partial="steps")


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_tree(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """More rows of a long run's tree: no words, so no reading to record."""
    trace = find_trace(request, trace_key)
    rows = tree_rows(read_shape(trace), number_in(request, "from"))
    context = {"trace": trace, "title": title_of(trace), "tree": rows}
    return render_page(request, "traces/tree.html", context, partial="rows")


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_span(request: HttpRequest, trace_key: UUID, span_id: str) -> HttpResponse:
    """What one span says, and what it said in replays beside it."""
    look = Look.at(request, find_trace(request, trace_key))
    span = find_span(look.shape, span_id)
    opened = look.open_more(Wanted.of([span]), door="span")
    reader = Reader(look.reach, opened, is_whole="all" in request.GET)
    card = card_of(span, look.shape, reader)
    context = {"trace": look.trace, "reach": look.reach, "card": card}
    return render_page(request, "traces/span.html", context, partial="span")


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_definition(
    request: HttpRequest, trace_key: UUID, span_id: str
) -> HttpResponse:
    """A tool's description and schema as the model saw them in this call."""
    look = Look.at(request, find_trace(request, trace_key))
    span, tool = find_span(look.shape, span_id), request.GET.get("tool", "")
    parts = [
        part
        for part in span.parts
        if part.kind is PartKind.TOOL_DEFINITION and part.name == tool
    ]
    opened = look.open_more(Wanted([span], parts), door="definition")
    reader = Reader(look.reach, opened, is_whole=True)
    context = {
        "trace": look.trace,
        "span": span,
        "tool": tool,
        "definitions": reader.show_all(parts),
    }
    return render_page(request, "traces/definition.html", context, partial="definition")


@dataclass(frozen=True)
class Look:
    """One person's look at one run."""

    request: HttpRequest
    trace: Trace
    shape: TraceShape
    steps: list[Step]
    reach: Reach

    @classmethod
    def at(cls, request: HttpRequest, trace: Trace) -> Look:
        shape = read_shape(trace)
        reach = reach_of(person_of(request), trace, timezone.now())
        return cls(request, trace, shape, steps_told(trace, shape), reach)

    def open(self, wanted: Wanted, *, door: str) -> Opened:
        return open_trace(
            self.trace,
            self.shape,
            wanted,
            actor=actor_of(self.request),
            reach=self.reach,
            door=door,
        )

    def open_more(self, wanted: Wanted, *, door: str) -> Opened:
        return open_words(
            self.trace,
            self.shape,
            wanted,
            actor=actor_of(self.request),
            reach=self.reach,
            door=door,
        )

    def reader(self, opened: Opened) -> Reader:
        """Draw what was opened; of a run that is not complete with that in mind."""
        state = self.trace.state_at(timezone.now())
        return Reader(self.reach, opened, may_miss=state is not State.COMPLETE)


def _name(request: HttpRequest, trace: Trace, ticket: str) -> None:
    name_reference(trace, ticket, person=person_of(request), actor=actor_of(request))


def _said_of(problem: Problem) -> str:
    return " ".join(problem.errors.get("support_ref", ())) or problem.detail


def _render(
    request: HttpRequest, trace: Trace, form: ReferenceForm | None = None
) -> HttpResponse:
    look = Look.at(request, trace)
    answer, stretch = answer_of(look.shape, look.steps), stretch_from(look.steps, 0)
    opened = look.open(_wanted(answer, stretch, look.steps), door="page")
    reader, tools = look.reader(opened), tools_of(trace.system)
    context = _steps_context(look, stretch, reader) | {
        "title": title_of(trace),
        "seconds": seconds_of(trace),
        "opened": opened,
        "ticket": ticket_named(trace, person_of(request), timezone.now()),
        "answer": answer_line(answer, look.steps, reader, tools),
        "inherited": inherited_facts(trace, answer, look.steps, tools, reader),
        "tree": tree_rows(look.shape),
        "about": overview_of(trace, look.shape, timezone.now()),
        "reference_form": form or _reference_form(request, look.reach),
        "has_reasoning": any(step.has_reasoning for step in look.steps),
        "label_form": LabelForm(initial={"tier": trace.label_tier}),
    }
    status = 422 if form else 200
    return render_page(request, "traces/trace.html", context, status=status)


def _wanted(answer: Answer, stretch: Stretch, steps: Sequence[Step]) -> Wanted:
    wanted = Wanted.of_steps(stretch.steps)
    answered = [answer.step] if answer.step else []
    return wanted.and_parts(
        [*answer.asked, *answer.said, *inherited_parts(answer, steps)],
        [s.span for s in answered if s.span],
    )


# Any: a template's context.
def _steps_context(look: Look, stretch: Stretch, reader: Reader) -> dict[str, Any]:
    return {
        "trace": look.trace,
        "reach": look.reach,
        "stretch": stretch,
        "steps": lines_of(stretch.steps, reader, tools_of(look.trace.system)),
    }


def _reference_form(request: HttpRequest, reach: Reach) -> ReferenceForm | None:
    """The form that raises, for whom it would: nobody is asked for nothing."""
    would = reach.tier < Tier.EXPLANATION and (
        reach.cap is None or reach.cap > reach.tier
    )
    roles = person_of(request).roles
    return ReferenceForm() if would and lifts(RaiseKind.REFERENCE, roles) else None
