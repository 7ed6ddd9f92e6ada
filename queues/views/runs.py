"""What a run asked for, as a fragment that the page of its trace fetches."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from queues.selectors.acts import acts_in_run
from reviewapp.core.access import access
from reviewapp.core.http import person_of, render_page
from reviewapp.core.permissions import Right
from traces.models import Trace


@access(Right.REQUEST_SEE)
@require_safe
@never_cache
def list_for_trace(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    """List them with what became of each: no words, so no reading to record."""
    person = person_of(request)
    trace = get_object_or_404(Trace.objects.visible_to(person), pk=trace_key)
    context = {"trace": trace, "lines": acts_in_run(trace, person)}
    return render_page(request, "queues/for_trace.html", context, partial="lines")
