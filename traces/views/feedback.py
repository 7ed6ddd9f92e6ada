"""Feedback on a run: what was said of it, and the reader's own thumb."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reviewapp.core.access import access
from reviewapp.core.form_saving import save_form
from reviewapp.core.http import actor_of, is_fragment, person_of, render_page
from reviewapp.core.permissions import Right
from traces.feedback_forms import FeedbackForm
from traces.masking import mask
from traces.models import Feedback, Trace
from traces.selectors.feedback import feedback_on, own_feedback, rows_of_feedback
from traces.selectors.lists import title_of
from traces.selectors.reach import reach_of
from traces.services.feedback import give_feedback as give
from traces.services.feedback import read_comments
from traces.spans import WordClass
from traces.tiers import Clarity
from traces.views.finding import find_trace


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_feedback(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    trace = find_trace(request, trace_key)
    return _render(request, trace, feedback_on(trace), None)


@access(Right.FEEDBACK_GIVE)
@require_POST
def give_feedback(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    trace = find_trace(request, trace_key)
    form = FeedbackForm(request.POST)
    given = save_form(
        form,
        lambda said: give(
            trace,
            person=person_of(request),
            actor=actor_of(request),
            is_good=said["label"] == "good",
            comment=said["comment"],
        ),
    )
    if given is not None and not is_fragment(request):
        return redirect("show_feedback", trace.pk)
    return _render(request, trace, feedback_on(trace), form if given is None else None)


def _render(
    request: HttpRequest,
    trace: Trace,
    feedback: list[Feedback],
    refused: FeedbackForm | None,
) -> HttpResponse:
    own = own_feedback(feedback, person_of(request))
    context = {
        "trace": trace,
        "title": title_of(trace),
        "rows": rows_of_feedback(feedback, _comments(request, trace, feedback)),
        "own": own,
        "form": refused or FeedbackForm(),
    }
    return render_page(
        request,
        "traces/feedback.html",
        context,
        partial="feedback",
        status=422 if refused else 200,
    )


def _comments(
    request: HttpRequest, trace: Trace, feedback: list[Feedback]
) -> dict[UUID, str]:
    """Comments are dialogue: as clear as the reader's tier shows that."""
    reach = reach_of(person_of(request), trace, timezone.now())
    clarity = reach.clarity_of(WordClass.DIALOGUE)
    if clarity is Clarity.NONE:
        return {}
    facts = {
        "tier": int(reach.tier),
        "why": reach.why,
        "opening": str(reach.opening) if reach.opening else "",
    }
    told = read_comments(feedback, trace, actor=actor_of(request), facts=facts)
    if clarity is Clarity.CLEAR:
        return told
    return {pk: mask(text) for pk, text in told.items()}
