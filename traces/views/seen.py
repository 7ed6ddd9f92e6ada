"""Who saw this conversation, person or trace: one page from the log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reviewapp.core.access import access
from reviewapp.core.digests import reference_digest
from reviewapp.core.http import person_of, render_page
from reviewapp.core.log_pages import page_of_log
from reviewapp.core.paging import page_url
from reviewapp.core.permissions import Right
from traces.access_forms import SeenForm
from traces.models import Trace, TraceQuerySet
from traces.selectors.seen import rows_of_seen, seen_of
from traces.views.access_tabs import tabs_for
from traces.views.finding import as_uuid

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom or what the address asks for; references stand in it as digests only."""

    by: str = ""
    key: str = ""

    @property
    def trace_id(self) -> UUID | None:
        return as_uuid(self.key) if self.by == "trace" else None

    def traces(self, request: HttpRequest) -> TraceQuerySet | None:
        """Return the runs, or None where the address asks for nothing."""
        visible = Trace.objects.visible_to(person_of(request))
        if self.by == "trace":
            wanted = self.trace_id
            return visible.filter(trace_id=wanted) if wanted else visible.none()
        if self.by in ("conversation", "subject") and _DIGEST.fullmatch(self.key):
            return visible.filter(**{f"{self.by}_digest": self.key})
        return None


@access(Right.ACCESS_SEE)
@require_safe
@never_cache
def who_saw(request: HttpRequest) -> HttpResponse:
    asked = _Asked(request.GET.get("by", ""), request.GET.get("key", ""))
    form = SeenForm(person=person_of(request), initial={"by": asked.by})
    return _render(request, form, asked)


@access(Right.ACCESS_SEE)
@require_POST
def look_up_seen(request: HttpRequest) -> HttpResponse:
    """From a reference to its digest: the reference itself gets into no address."""
    form = SeenForm(request.POST, person=person_of(request))
    if not form.is_valid():
        return _render(request, form, _Asked(), status=422)
    by, reference = form.cleaned_data["by"], form.cleaned_data["reference"]
    key = reference if by == "trace" else reference_digest(by, reference)
    return redirect(f"{reverse('who_saw')}?{urlencode({'by': by, 'key': key})}")


def _render(
    request: HttpRequest, form: SeenForm, asked: _Asked, status: int = 200
) -> HttpResponse:
    # Any: a template's context.
    context: dict[str, Any] = {
        "tabs": tabs_for(request),
        "form": form,
        "by": dict(SeenForm.BY).get(asked.by, "").lower(),
    }
    traces = asked.traces(request)
    if traces is not None:
        seen = seen_of(traces, asked.trace_id)
        page = page_of_log(seen.events(), request.GET.get("cursor"))
        context |= {
            "seen": seen,
            "rows": rows_of_seen(page.items, seen),
            "newer_url": page_url(request, page.previous),
            "older_url": page_url(request, page.next),
        }
    return render_page(
        request, "traces/who_saw.html", context, partial="rows", status=status
    )
