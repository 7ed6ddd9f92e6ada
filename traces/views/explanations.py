"""Explanations for customers: drafting, editing, releasing, and what waits."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviewapp.core.access import access
from reviewapp.core.actors import Actor
from reviewapp.core.form_saving import save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.models import User
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Conflict, Invalid
from traces.explaining import masks_in, places_of_masks
from traces.forms import ExplanationForm, SendBackForm
from traces.models import Explanation
from traces.selectors import explanations as selectors
from traces.selectors.drafts import reads_explanations
from traces.selectors.lists import title_of
from traces.selectors.reach import reach_of
from traces.services import drafting
from traces.services import explanations as services
from traces.views.finding import find_trace

_Act = Callable[[HttpRequest, UUID], HttpResponse]


def _posted(act: _Act) -> _Act:
    """Lead whoever reloads the address of an act to the explanation itself.

    A refused form is drawn at that address, and browsers load it again by GET.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @wraps(act)
    def act_or_show(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
        if request.method == "POST":
            return act(request, explanation_id)
        return redirect("show_explanation", explanation_id)

    return act_or_show


@access(Right.EXPLANATION_DRAFT, Right.EXPLANATION_RELEASE)
@require_safe
def list_explanations(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    found = selectors.explanations_for(person)
    waiting = selectors.waiting_for(person)
    page = keyset_page(
        found, order=selectors.ORDER, cursor=request.GET.get("cursor"), limit=25
    )
    context = {
        "waiting": selectors.rows_of_explanations(waiting, person),
        "rows": selectors.rows_of_explanations(page.items, person),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
    }
    return render_page(request, "traces/explanations.html", context)


@access(Right.EXPLANATION_DRAFT, Right.EXPLANATION_RELEASE)
@require_safe
def count_explanations(request: HttpRequest) -> HttpResponse:
    """The count beside the navigation's entry: what waits for this person."""
    count = selectors.count_waiting(person_of(request))
    return HttpResponse(str(count) if count else "")


@access(Right.EXPLANATION_DRAFT, Right.EXPLANATION_RELEASE)
@require_safe
@never_cache
def explain_trace(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """The explanations of one run, and the way to draft one."""
    trace, person = find_trace(request, trace_key), person_of(request)
    found = selectors.explanations_for(person).filter(trace=trace)
    rows = selectors.rows_of_explanations(found.order_by(*selectors.ORDER), person)
    reach = reach_of(person, trace, timezone.now())
    context = {
        "trace": trace,
        "title": title_of(trace),
        "rows": rows,
        "reads": reads_explanations(reach),
        "has_own": any(row.is_mine and not row.is_released for row in rows),
    }
    return render_page(request, "traces/explain.html", context, partial="panel")


@access(Right.EXPLANATION_DRAFT)
@require_POST
def draft_explanation(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    draft = drafting.draft_explanation(
        find_trace(request, trace_key),
        person=person_of(request),
        actor=actor_of(request),
    )
    return redirect("show_explanation", draft.pk)


@access(Right.EXPLANATION_DRAFT, Right.EXPLANATION_RELEASE)
@require_safe
@never_cache
def show_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    return _show(request, _find(request, explanation_id))


@access(Right.EXPLANATION_DRAFT)
@_posted
def save_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    """Save, or save and hand over to a second person: the button says which."""
    explanation, form = _find(request, explanation_id), ExplanationForm(request.POST)
    submits = request.POST.get("then") == "submit"
    write = _hand_over if submits else services.save_explanation
    version = explanation.version
    saved = save_form(
        form,
        lambda data: write(
            explanation, person=person_of(request), actor=actor_of(request), **data
        ),
    )
    if saved is None:
        if explanation.version != version:  # refused, and kept: what is next is newer
            form.data = {**request.POST.dict(), "version": explanation.version}
            messages.info(request, "Saved as your draft, and not handed over.")
        return _show(request, explanation, form)
    messages.success(request, _handed(explanation) if submits else "Saved.")
    return redirect("show_explanation", explanation.pk)


def _hand_over(
    explanation: Explanation, *, text: str, version: int, person: User, actor: Actor
) -> Explanation:
    """Hand a text over, and keep it as a draft where it is not ready for that.

    What somebody typed is sound as a draft long before it is ready.
    """
    try:
        return services.submit_explanation(
            explanation, text=text, version=version, person=person, actor=actor
        )
    except Invalid:
        services.save_explanation(
            explanation, text=text, version=version, person=person, actor=actor
        )
        raise


def _handed(explanation: Explanation) -> str:
    if selectors.has_releaser(explanation):
        return "Handed over: a support lead reads it now."
    return f"Handed over. {selectors.NOBODY_RELEASES}"


@access(Right.EXPLANATION_DRAFT)
@_posted
def withdraw_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    """Take back what was handed over, while nobody has decided it."""
    explanation = _find(request, explanation_id)
    services.withdraw_explanation(
        explanation,
        version=_version(request),
        person=person_of(request),
        actor=actor_of(request),
    )
    messages.success(request, "Taken back: it is your draft again.")
    return redirect("show_explanation", explanation.pk)


@access(Right.EXPLANATION_DRAFT)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def discard_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    """Ask first: what was written is read by nobody any more."""
    explanation = _find(request, explanation_id)
    if request.method != "POST":
        context = {"explanation": explanation, "title": title_of(explanation.trace)}
        return render_page(request, "traces/discard_explanation.html", context)
    services.discard_explanation(
        explanation,
        version=_version(request),
        person=person_of(request),
        actor=actor_of(request),
    )
    messages.success(request, "Given up. You can draft another one of this run.")
    return redirect("show_trace", explanation.trace_id)


@access(Right.EXPLANATION_RELEASE)
@_posted
def release_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    explanation = _find(request, explanation_id)
    try:
        services.release_explanation(
            explanation,
            version=_version(request),
            person=person_of(request),
            actor=actor_of(request),
        )
    except Conflict as problem:
        if not _is_overtaken(problem):
            raise
        return _show_overtaken(request, explanation, problem)
    messages.success(request, "Released. Its author can copy it out now.")
    return redirect("show_explanation", explanation.pk)


@access(Right.EXPLANATION_RELEASE)
@_posted
def send_back_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    explanation, form = _find(request, explanation_id), SendBackForm(request.POST)
    sent = save_form(
        form,
        lambda data: services.send_back_explanation(
            explanation, person=person_of(request), actor=actor_of(request), **data
        ),
    )
    if sent is None:
        return _show(request, explanation, sending=form)
    messages.success(request, "Sent back, with what you wrote.")
    return redirect("show_explanation", explanation.pk)


@access(Right.EXPLANATION_DRAFT, Right.EXPLANATION_RELEASE)
@_posted
def copy_explanation(request: HttpRequest, explanation_id: UUID) -> HttpResponse:
    """Hand the released text out as a file: nothing else lets it leave."""
    explanation = _find(request, explanation_id)
    text = services.copy_explanation(
        explanation, person=person_of(request), actor=actor_of(request)
    )
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="explanation.txt"'
    return answer


def _find(request: HttpRequest, explanation_id: UUID) -> Explanation:
    visible = selectors.explanations_for(person_of(request))
    return get_object_or_404(visible, pk=explanation_id)


def _version(request: HttpRequest) -> int:
    """The version that was read; 0, which there never is, where none is said."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _is_overtaken(problem: Conflict) -> bool:
    """True if somebody else moved it between the reading and the deciding."""
    return isinstance(problem, AlreadyHandled) or problem.code == "changed"


def _show_overtaken(
    request: HttpRequest, explanation: Explanation, problem: Conflict
) -> HttpResponse:
    """Show how it stands by now, in the place of a bare refusal."""
    taken_back = explanation.state == Explanation.State.DRAFT
    words = "It was taken back meanwhile." if taken_back else problem.detail
    messages.warning(request, f"{words} Nothing was decided.")
    return _show(request, explanation, status=409)


def _show(
    request: HttpRequest,
    explanation: Explanation,
    form: ExplanationForm | None = None,
    sending: SendBackForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    read = services.read_explanation(
        explanation, person=person, actor=actor_of(request)
    )
    start = {"text": read.text, "version": explanation.version}
    is_mine = explanation.author_id == person.pk
    context = {
        "explanation": explanation,
        "title": title_of(explanation.trace),
        "read": read,
        "masks": masks_in(read.text),
        "mask_places": places_of_masks(read.text),
        "steps": selectors.steps_of_explanation(explanation),
        "may_edit": is_mine and explanation.is_open and not read.why_not,
        "may_discard": is_mine and explanation.is_open,
        "may_withdraw": is_mine and explanation.state == Explanation.State.SUBMITTED,
        "may_release": selectors.may_release(explanation, person) and not read.why_not,
        "is_mine": is_mine,
        "has_releaser": selectors.has_releaser(explanation),
        "nobody_releases": selectors.NOBODY_RELEASES,
        "form": form or ExplanationForm(initial=start),
        "sending": sending or SendBackForm(initial={"version": explanation.version}),
    }
    status = 422 if form or sending else status
    return render_page(request, "traces/show_explanation.html", context, status=status)
