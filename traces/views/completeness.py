"""Which fields of a flight recorder a system sends, as a fragment of its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from reviewapp.core.access import access
from reviewapp.core.http import render_page
from reviewapp.core.permissions import Right
from systems.models import System
from traces.selectors.completeness import completeness_of_system


@access(Right.TRACE_SEE)
@require_safe
def show_completeness(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what its last runs brought: counts, and no words of anybody."""
    system = get_object_or_404(System, slug=slug)
    context = {"system": system, "recorder": completeness_of_system(system)}
    return render_page(request, "traces/completeness.html", context, partial="recorder")
