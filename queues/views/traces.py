"""From a request to the run that asked it, which another app shows."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from queues.services.openings import open_run
from queues.views.finding import find_ask, person_of
from reviewapp.core.access import access
from reviewapp.core.http import actor_of, is_fragment
from reviewapp.core.permissions import Right
from traces.models import Trace


@access(Right.REQUEST_SEE)
@require_safe
@never_cache
def show_trace(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Lead to the trace: to its panel for the card, else to its page.

    Whoever holds the request reads more there: they are let in on the way.
    """
    ask = find_ask(request, ask_id)
    if not ask.trace_id:
        raise Http404
    open_run(ask, person=person_of(request), actor=actor_of(request))
    if not is_fragment(request):
        key = Trace.key_of(ask.system_id, bytes.fromhex(ask.trace_id))
        return redirect("show_trace", key)
    named = urlencode({"system": ask.system.slug, "trace": ask.trace_id})
    return redirect(f"{reverse('trace_panel', args=[ask.pk])}?{named}")
