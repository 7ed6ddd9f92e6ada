"""The queue: what waits, in the order in which it should be taken."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues.forms import QueueFilter
from queues.selectors.lists import (
    ListFilter,
    Shown,
    count_of,
    count_words,
    list_requests,
    order_of,
)
from queues.selectors.rows import columns_of_rows, rows_of_requests
from queues.views.banners import told
from queues.views.finding import person_of
from queues.views.listing import note_listed
from reviewapp.core.access import access
from reviewapp.core.http import render_page
from reviewapp.core.paging import keyset_page
from reviewapp.core.permissions import Right

_PAGE = 50
_TABS = {
    Shown.WAITING: "Waiting",
    Shown.MINE: "Held by me",
    Shown.DEFERRED: "Deferred",
    Shown.UNCERTAIN: "To settle",
    Shown.DECIDED: "Decided",
}


@access(Right.REQUEST_SEE)
@require_safe
def list_queue(request: HttpRequest) -> HttpResponse:
    """Show one list of requests; htmx gets its rows only."""
    person, now = person_of(request), timezone.now()
    prefetch_related_objects([person], "queues")
    form = QueueFilter(request.GET, person=person)
    wanted = form.wanted()
    page = keyset_page(
        columns_of_rows(list_requests(person, wanted, now)),
        order=order_of(wanted.show),
        cursor=request.GET.get("cursor"),
        limit=_PAGE,
    )
    rows = rows_of_requests(page.items, person=person, now=now)
    note_listed(request, rows, page="queue")
    context = {
        "form": form,
        "wanted": wanted,
        "within": wanted,
        "messages": told(request),
        "page": page,
        "rows": rows,
        "tabs": _tabs(request, wanted),
        "newer_url": _url_of(request, page.previous),
        "older_url": _url_of(request, page.next),
        "count": count_words(count_of(list_requests(person, wanted, now))),
        "may_decide": person.has_right(Right.REQUEST_DECIDE),
        "has_queues": bool(person.queues.all()),
    }
    return render_page(request, "queues/queue.html", context, partial="rows")


@access(Right.REQUEST_SEE)
@require_safe
def count_queue(request: HttpRequest) -> HttpResponse:
    """The number beside the queue in the navigation: what the list shows, so with
    replayed requests, which it marks."""
    person, now = person_of(request), timezone.now()
    number = count_of(list_requests(person, ListFilter(), now))
    return render(request, "queues/_count.html", {"count": count_words(number)})


def _tabs(request: HttpRequest, wanted: ListFilter) -> list[dict[str, Any]]:
    """The tabs, each with the rest of the filter as it is."""
    return [
        {
            "label": label,
            "url": _query_of(request, show=shown),
            "current": shown is wanted.show,
        }
        for shown, label in _TABS.items()
    ]


def _url_of(request: HttpRequest, cursor: str | None) -> str:
    return _query_of(request, cursor=cursor) if cursor else ""


def _query_of(request: HttpRequest, **changes: str) -> str:
    """The address with some of its filter changed; a new filter starts at the top."""
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query[name] = value
    return f"?{query.urlencode()}"
