"""What stands behind an address, for those who may see it; else 404."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from reviewapp.core.http import person_of
from traces.models import Trace
from traces.spans import SpanShape
from traces.trees import TraceShape


def find_trace(request: HttpRequest, trace_key: UUID) -> Trace:
    visible = Trace.objects.visible_to(person_of(request)).select_related("system")
    return get_object_or_404(visible, pk=trace_key)


def find_span(shape: TraceShape, span_id: str) -> SpanShape:
    span = shape.by_id.get(span_id)
    if span is None:
        raise Http404
    return span


def number_in(request: HttpRequest, name: str) -> int:
    """Return where a list goes on, as the address says; 0 for what is no number."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def as_uuid(text: str) -> UUID | None:
    """Return an id however it was pasted, or None for what is none."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None
