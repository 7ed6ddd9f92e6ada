"""Next: the best request for me, claimed and opened."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from queues.narrowing import Narrowing
from queues.selectors.home import find_prospect
from queues.services.claims import claim_next
from queues.views.banners import told
from queues.views.finding import person_of
from queues.views.going_on import card_url, go_to
from reviewapp.core.access import access
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.permissions import Right


@access(Right.REQUEST_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def take_next(request: HttpRequest) -> HttpResponse:
    """POST claims the best request and opens it; GET says what there is to take."""
    person, within = person_of(request), Narrowing.of(request.GET)
    if request.method == "POST":
        ask = claim_next(person, actor=actor_of(request), within=within)
        if ask is not None:
            return go_to(request, card_url(request, ask.pk))
    context = {
        "prospect": find_prospect(person, timezone.now(), within),
        "within": within,
        "messages": told(request),
    }
    return render_page(request, "queues/next.html", context)
