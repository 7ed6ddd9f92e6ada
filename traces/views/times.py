"""Where the time of a system's runs goes, as a page and a fragment of others."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviewapp.core.access import access
from reviewapp.core.http import render_page
from reviewapp.core.permissions import Right
from systems.models import System
from traces.selectors.times import times_of


@access(Right.TRACE_SEE)
@require_safe
def show_times(request: HttpRequest, slug: str) -> HttpResponse:
    """Show shares of time by week: figures, and no words of anybody."""
    system = get_object_or_404(System, slug=slug)
    context = {"times": times_of(system, timezone.now().date())}
    return render_page(request, "traces/times.html", context, partial="weeks")
