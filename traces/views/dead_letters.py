"""Dead letters: what could not be digested, by reason; replay and drop."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviewapp.core.access import access
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Invalid, NotFound
from traces.models import Quarantined
from traces.selectors.dead_letters import (
    MOST_AT_ONCE,
    ORDER,
    reasons,
    waiting_letters,
)
from traces.services import dead_letters as services
from traces.views.finding import as_uuid


@access(Right.DEAD_LETTER_MANAGE)
@require_safe
def list_dead_letters(request: HttpRequest) -> HttpResponse:
    reason = request.GET.get("reason", "")
    waiting = waiting_letters(reason)
    page = keyset_page(waiting, order=ORDER, cursor=request.GET.get("cursor"))
    context = {
        "reasons": reasons(),
        "reason": reason,
        "letters": page.items,
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
        "most": MOST_AT_ONCE,
    }
    return render_page(request, "traces/dead_letters.html", context)


@access(Right.DEAD_LETTER_MANAGE)
@require_POST
def replay_dead_letters(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request.POST)
    count = services.replay_dead_letters(chosen, actor=actor_of(request))
    words = f"{count} given back to the digest; what breaks again comes back here."
    if left := len(chosen) - count:
        words += f" {left} cannot be replayed."
    messages.success(request, words)
    return redirect("list_dead_letters")


@access(Right.DEAD_LETTER_MANAGE)
@require_http_methods(["GET", "POST"])
def drop_dead_letters(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        chosen = _chosen(request.GET)
        if not chosen:
            raise NotFound
        context = {"letters": chosen, "reason": request.GET.get("reason", "")}
        return render_page(request, "traces/drop_dead_letters.html", context)
    count = services.drop_dead_letters(_chosen(request.POST), actor=actor_of(request))
    messages.success(request, f"{count} dropped for good.")
    return redirect("list_dead_letters")


def _chosen(asked: QueryDict) -> list[Quarantined]:
    """One by its id, or the oldest of a reason; with their sealed bodies."""
    if reason := asked.get("reason", ""):
        found = waiting_letters(reason).defer(None).order_by("quarantined_at")
        return list(found[:MOST_AT_ONCE])
    letter = as_uuid(asked.get("letter", ""))
    if letter is None:
        raise Invalid({"letter": ["Choose a letter, or all of a reason."]})
    return list(waiting_letters().defer(None).filter(pk=letter))
