"""After the decision: revoke, settle, undo; and notes and look-alikes at any time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from queues.models import Settlement
from queues.services.approvals import revoke_approval
from queues.services.notes import add_note
from queues.services.outcomes import compensate_request, settle_outcome
from queues.services.requests import merge_requests
from queues.views.finding import find_ask, person_of
from queues.views.going_on import card_url
from reviewapp.core.access import access
from reviewapp.core.http import actor_of
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Invalid


@access(Right.APPROVAL_REVOKE)
@require_POST
def revoke(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Take back an approval that was not used yet."""
    revoke_approval(ask_id, person=person_of(request), actor=actor_of(request))
    messages.success(request, "Revoked: the agent can no longer run it.")
    return redirect(card_url(request, ask_id))


@access(Right.OUTCOME_SETTLE)
@require_POST
def settle(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Say what became of an act nobody reported on."""
    settled_as = request.POST.get("settlement", "")
    if settled_as not in Settlement.values:
        raise Invalid({"settlement": ["Say whether it happened."]})
    settle_outcome(
        ask_id,
        Settlement(settled_as),
        person=person_of(request),
        actor=actor_of(request),
    )
    messages.success(request, "Settled.")
    return redirect(card_url(request, ask_id))


@access(Right.OUTCOME_SETTLE)
@require_POST
def compensate(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Ask for an act to be undone, as a request that somebody else decides."""
    undoing = compensate_request(
        ask_id, person=person_of(request), actor=actor_of(request)
    )
    messages.success(request, "Asked for. Somebody else must approve the undoing.")
    return redirect(card_url(request, undoing.pk))


@access(Right.REQUEST_DECIDE)
@require_POST
def write_note(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Leave a note for the other reviewers."""
    text = request.POST.get("text", "")[:2_000]
    add_note(ask_id, text, person=person_of(request), actor=actor_of(request))
    return redirect(card_url(request, ask_id))


@access(Right.REQUEST_DECIDE)
@require_POST
def merge(request: HttpRequest, ask_id: UUID, lookalike_id: UUID) -> HttpResponse:
    """Let a look-alike share this request's decision and its one leave."""
    find_ask(request, lookalike_id)
    merge_requests(
        ask_id, lookalike_id, person=person_of(request), actor=actor_of(request)
    )
    messages.success(request, "Merged: one decision, and it runs once.")
    return redirect(card_url(request, ask_id))
