"""After an act: to the next request, or back to the one it was about."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from queues.narrowing import Narrowing
from queues.services.claims import claim_next
from queues.views.finding import person_of
from reviewapp.core.http import actor_of, is_fragment


def go_on(request: HttpRequest) -> HttpResponse:
    """Go to the next request where the reviewer wants that, else to the queue."""
    if "then_next" not in request.POST:
        return go_to(request, queue_url(request))
    within = Narrowing.of(request.GET)
    ask = claim_next(person_of(request), actor=actor_of(request), within=within)
    if ask is None:
        return go_to(request, reverse("next") + within.query)
    return go_to(request, card_url(request, ask.pk))


def card_url(request: HttpRequest, ask_id: UUID) -> str:
    """A card's address, with the filter that the reviewer came with."""
    return reverse("request", args=[ask_id]) + Narrowing.of(request.GET).query


def queue_url(request: HttpRequest) -> str:
    return reverse("queue") + Narrowing.of(request.GET).query


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole window there, whether htmx asked or the browser."""
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
