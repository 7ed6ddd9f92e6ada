"""The trace of a request, as a fragment that the request's card fetches."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reviewapp.core.access import access
from reviewapp.core.http import person_of
from reviewapp.core.permissions import Right
from traces.models import Trace
from traces.selectors.lists import ListFilter, list_traces, title_of
from traces.selectors.steps import lines_of, tools_of
from traces.services.openings import Wanted
from traces.views.traces import Look

# The last steps: what led to the request is what whoever decides it wants to know.
_STEPS = 3
_HEX = re.compile(r"[0-9a-f]{32}\Z")


@access(Right.TRACE_SEE)
@require_safe
@never_cache
def show_panel(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show how the run came to ask, as far as the reviewer's tier goes.

    The card says which trace it is (`system`, `trace`), since traces know of no
    requests; else the one whose tool call names the request.
    """
    trace = _named(request) or _calling(request, request_id)
    if trace is None:
        return render(request, "traces/panel.html", {"trace": None})
    look = Look.at(request, trace)
    last = look.steps[-_STEPS:]
    opened = look.open(Wanted.of_steps(last), door="panel")
    context = {
        "trace": trace,
        "title": title_of(trace),
        "state": trace.state_at(timezone.now()),
        "reach": look.reach,
        "opened": opened,
        "steps": lines_of(last, look.reader(opened), tools_of(trace.system)),
        "earlier": len(look.steps) - len(last),
    }
    return render(request, "traces/panel.html", context)


def _named(request: HttpRequest) -> Trace | None:
    trace_id = request.GET.get("trace", "")
    if not _HEX.match(trace_id):
        return None
    wanted = ListFilter(
        system=request.GET.get("system", ""), trace_id=UUID(hex=trace_id)
    )
    return _first(request, wanted)


def _calling(request: HttpRequest, request_id: UUID) -> Trace | None:
    return _first(request, ListFilter(request=request_id))


def _first(request: HttpRequest, wanted: ListFilter) -> Trace | None:
    return (
        list_traces(person_of(request), wanted, timezone.now()).newest_first().first()
    )
