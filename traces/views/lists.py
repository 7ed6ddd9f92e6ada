"""The list of runs."""

from __future__ import annotations

from secrets import token_hex

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reviewapp.core.access import access
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.paging import KeysetPage, keyset_page, page_url
from reviewapp.core.permissions import Right
from traces.abouts import About
from traces.forms import FindForm, TraceFilter
from traces.models import Trace, TraceQuerySet
from traces.selectors.lists import (
    ORDER,
    Drawn,
    draw_sample,
    list_traces,
    rows_of,
)
from traces.services.lookups import look_up

_PAGE = 50


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def list_all(request: HttpRequest) -> HttpResponse:
    """Show the runs that fit the filter in the address, newest first, or a sample."""
    person, now = person_of(request), timezone.now()
    if "reference" in request.GET:
        return redirect(_without_reference(request))
    form = TraceFilter(request.GET, person=person)
    wanted, sample = form.wanted(), form.sampled()
    if sample and not sample.draw:
        return redirect(_drawn_url(request, token_hex(4)))
    traces = list_traces(person, wanted, now)
    drawn = draw_sample(traces, sample) if sample else None
    page = _sampled(drawn) if drawn else _paged(request, traces)
    if wanted.about:
        look_up(wanted.about, len(page.items), person=person, actor=actor_of(request))
    may_find = person.has_right(Right.TRACE_FIND)
    context = {
        "form": form,
        "rows": rows_of(page.items, now),
        "drawn": drawn,
        "draw_url": _drawn_url(request, ""),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
        "is_about_one": wanted.about is not None,
        "finder": FindForm(person=person) if may_find else None,
    }
    return render_page(request, "traces/list.html", context, partial="rows")


def _paged(request: HttpRequest, traces: TraceQuerySet) -> KeysetPage[Trace]:
    cursor = request.GET.get("cursor")
    return keyset_page(traces, order=ORDER, cursor=cursor, limit=_PAGE)


def _sampled(drawn: Drawn) -> KeysetPage[Trace]:
    return KeysetPage(drawn.traces, None, None)


def _drawn_url(request: HttpRequest, draw: str) -> str:
    """Return this address with a draw of its own; an empty one is made anew."""
    query = request.GET.copy()
    query["draw"] = draw
    return f"{request.path}?{query.urlencode()}"


def _without_reference(request: HttpRequest) -> str:
    """Return this address with digests in the place of a reference somebody put in.

    For who may look people up: nobody else learns the digests of what they guess.
    """
    query = request.GET.copy()
    reference = query.pop("reference")[-1]
    may_find = person_of(request).has_right(Right.TRACE_FIND)
    if may_find and isinstance(reference, str) and reference:
        query["about"] = About.of(reference).token
    return f"{request.path}?{query.urlencode()}"
