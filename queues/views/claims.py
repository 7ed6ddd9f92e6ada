"""Holding a request, keeping it, and giving it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from queues.models import ActionRequest
from queues.narrowing import Narrowing
from queues.services.claims import (
    claim_request,
    keep_claim,
    release_claim,
    take_over_claim,
)
from queues.views.banners import tell
from queues.views.bars import claim_line
from queues.views.finding import find_ask, person_of
from queues.views.going_on import card_url, go_to, queue_url
from reviewapp.core.access import access
from reviewapp.core.http import actor_of, is_fragment
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict


@access(Right.REQUEST_DECIDE)
@require_POST
def claim(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Hold a request and open it; if somebody else was faster, say so instead.

    On the card itself htmx swaps the claim's line alone.
    """
    ask, lost = find_ask(request, ask_id), ""
    try:
        ask = claim_request(ask_id, person=person_of(request), actor=actor_of(request))
    except Conflict as problem:
        lost = problem.detail
    if is_fragment(request):
        return _render_line(request, ask, lost)
    if lost:
        messages.error(request, lost)
    return redirect(card_url(request, ask_id))


@access(Right.REQUEST_DECIDE)
@require_POST
def release(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Give a request back and return to the queue."""
    ask = release_claim(ask_id, person=person_of(request), actor=actor_of(request))
    tell(request, ask, "release")
    return go_to(request, queue_url(request))


@access(Right.CLAIM_TAKE_OVER)
@require_POST
def take_over(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """A lead takes a request out of somebody's hands and opens it."""
    take_over_claim(ask_id, person=person_of(request), actor=actor_of(request))
    messages.success(request, "It is yours now.")
    return redirect(card_url(request, ask_id))


@access(Right.REQUEST_DECIDE)
@require_POST
def keep(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """The heartbeat of a claim; tells a reviewer whose claim lapsed, and keeps quiet
    otherwise."""
    ask, lost = find_ask(request, ask_id), ""
    try:
        ask = keep_claim(ask_id, person=person_of(request))
    except Conflict as problem:
        lost = problem.detail
    return _render_line(request, ask, lost)


def _render_line(request: HttpRequest, ask: ActionRequest, lost: str) -> HttpResponse:
    within = Narrowing.of(request.GET)
    context = {"bar": claim_line(ask, is_held=not lost, within=within), "lost": lost}
    status = 409 if lost else 200
    return render(request, "_ui/claim.html", context, status=status)
