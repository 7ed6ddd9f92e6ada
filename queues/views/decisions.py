"""Verdicts, and putting a request off or handing it up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from queues.effective import effective_arguments
from queues.forms import DecisionForm, DeferForm, first_errors
from queues.models import ActionRequest, Status, Verdict
from queues.narrowing import Narrowing
from queues.selectors.histories import changes_since_seen
from queues.services.claims import defer_request, escalate_request
from queues.services.decisions import decide_request
from queues.views.banners import tell
from queues.views.finding import find_ask, person_of
from queues.views.going_on import go_on, go_to, queue_url
from queues.views.requests import THEN_NEXT, Refused, card_context
from reviewapp.core.access import access
from reviewapp.core.http import actor_of, is_fragment
from reviewapp.core.look.values import lines_of
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, Invalid, Problem


@access(Right.REQUEST_DECIDE)
@require_POST
def decide(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Take a verdict; whatever goes wrong, what the reviewer wrote is given back."""
    ask, person = find_ask(request, ask_id), person_of(request)
    form = DecisionForm(request.POST)
    request.session[THEN_NEXT] = "then_next" in request.POST
    try:
        ruling = form.ruling(ask, is_folded=lambda: _is_folded(ask))
        decided = decide_request(ask.pk, ruling, person=person, actor=actor_of(request))
    except Invalid as problem:
        return _ask_again(request, ask, problem)
    except Conflict as problem:
        return _refuse(request, ask, problem)
    tell(request, ask, _did(decided, Verdict(ruling.verdict)))
    return go_on(request)


@access(Right.REQUEST_DECIDE)
@require_POST
def defer(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Put a request off by some seconds, and go on."""
    ask = find_ask(request, ask_id)
    form = DeferForm(request.POST)
    if not form.is_valid():
        return _ask_again(request, ask, Invalid({"wake_in_s": ["Choose a time."]}))
    until = timezone.now() + timedelta(seconds=form.cleaned_data["wake_in_s"])
    try:
        defer_request(
            ask.pk, person=person_of(request), actor=actor_of(request), until=until
        )
    except Invalid as problem:
        return _ask_again(request, ask, problem)
    except Conflict as problem:
        return _refuse(request, ask, problem)
    when = timezone.localtime(until).strftime("%H:%M")
    tell(request, ask, "defer", when)
    return go_on(request)


@access(Right.REQUEST_DECIDE)
@require_POST
def escalate(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Hand a request up to whoever is on duty.

    It stands at the front now, so the next request would be this one again: whoever
    handed it up is shown the queue and chooses.
    """
    ask = find_ask(request, ask_id)
    try:
        escalate_request(ask.pk, person=person_of(request), actor=actor_of(request))
    except Conflict as problem:
        return _refuse(request, ask, problem)
    tell(request, ask, "escalate")
    return go_to(request, queue_url(request))


def _is_folded(ask: ActionRequest) -> bool:
    return lines_of(effective_arguments(ask)).is_folded


def _did(ask: ActionRequest, verdict: Verdict) -> str:
    """What to tell of a verdict: approving may be the first of two words."""
    return f"{verdict}_first" if ask.status == Status.PENDING else str(verdict)


def _ask_again(
    request: HttpRequest, ask: ActionRequest, problem: Invalid
) -> HttpResponse:
    """Show the form again with its errors: the bar alone, or the page around it."""
    refused = Refused(
        errors=first_errors(problem),
        comment=request.POST.get("comment", ""),
        reason_code=request.POST.get("reason_code", ""),
        arguments_text=request.POST.get("arguments", ""),
    )
    context = card_context(request, ask, refused)
    template = (
        "queues/_bar_again.html" if is_fragment(request) else "queues/request.html"
    )
    return render(request, template, context, status=422)


def _refuse(request: HttpRequest, ask: ActionRequest, problem: Problem) -> HttpResponse:
    """Say why nothing was decided, what has changed, and give the text back."""
    version = request.POST.get("version", "")
    context = {
        "ask": ask,
        "problem": problem,
        "kept": request.POST.get("comment", ""),
        "within": Narrowing.of(request.GET),
        "changes": changes_since_seen(
            ask,
            person=person_of(request),
            version=int(version) if version.isdecimal() else 0,
        ),
    }
    template = "queues/_refused.html" if is_fragment(request) else "queues/refused.html"
    return render(request, template, context, status=problem.status)
