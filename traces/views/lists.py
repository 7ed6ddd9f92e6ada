"""The list of runs, and the deep link of help desks into it."""

from __future__ import annotations

from secrets import token_hex
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reviewapp.core.access import access
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.models import User
from reviewapp.core.paging import KeysetPage, keyset_page, page_url
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Problem
from traces.forms import FindForm, TraceFilter
from traces.models import Trace, TraceQuerySet
from traces.selectors.lists import (
    ORDER,
    Drawn,
    ListFilter,
    draw_sample,
    list_traces,
    rows_of,
)
from traces.services.lookups import look_up
from traces.services.raises import name_reference
from traces.tiers import RaiseKind, lifts

_PAGE = 50


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def list_all(request: HttpRequest) -> HttpResponse:
    """Show the runs that fit the filter in the address, newest first, or a sample."""
    person, now = person_of(request), timezone.now()
    form = TraceFilter(request.GET, person=person)
    wanted, sample = form.wanted(), form.sampled()
    if sample and not sample.draw:
        return redirect(_drawn_url(request, token_hex(4)))
    traces = list_traces(person, wanted, now)
    drawn = draw_sample(traces, sample) if sample else None
    page = _sampled(drawn) if drawn else _paged(request, traces)
    if wanted.reference:
        look_up(
            wanted.reference, len(page.items), person=person, actor=actor_of(request)
        )
    context = {
        "form": form,
        "rows": rows_of(page.items, now),
        "drawn": drawn,
        "draw_url": _drawn_url(request, ""),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
        "finder": _finder(person, wanted.reference),
        "names_reference": lifts(RaiseKind.REFERENCE, person.roles),
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


@access(Right.TRACE_FIND)
@require_safe
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Open what stands behind a reference: the one run, or the list of them.

    A ticket named with it raises a support agent for the subject found.
    """
    person = person_of(request)
    form = FindForm(request.GET if "ref" in request.GET else None)
    if not form.is_valid():
        return _ask(request, form)
    ref, ticket = form.cleaned_data["ref"], form.cleaned_data["support_ref"]
    found = list_traces(person, ListFilter(reference=ref), timezone.now())
    newest = list(found.newest_first()[:2])
    look_up(ref, len(newest), person=person, actor=actor_of(request))
    if not newest:
        return render_page(request, "traces/find.html", {"form": form}, status=404)
    if ticket:
        try:
            name_reference(newest[0], ticket, person=person, actor=actor_of(request))
        except Problem as problem:
            form.add_error("support_ref", problem.detail)
            return _ask(request, form)
    if len(newest) == 1:
        return redirect("show_trace", newest[0].pk)
    return redirect(f"{reverse('list_traces')}?{urlencode({'reference': ref})}")


def _ask(request: HttpRequest, form: FindForm) -> HttpResponse:
    status = 422 if form.is_bound else 200
    context = {"form": form, "asks": True}
    return render_page(request, "traces/find.html", context, status=status)


def _finder(person: User, reference: str) -> FindForm | None:
    """The form of a help desk, for whoever may look people up."""
    if not person.has_right(Right.TRACE_FIND):
        return None
    return FindForm(initial={"ref": reference})
