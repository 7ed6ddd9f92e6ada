"""What a system is made of: the log of changes, and the manifest at two dates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviewapp.core.access import access
from reviewapp.core.http import render_page
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from systems.forms import DatesForm
from systems.models import System, SystemVersion
from systems.selectors import versions as selectors
from systems.views.finding import find_system

_ORDER = ("-first_seen_at", "-id")
_PAGE = 25
_MONTH = timedelta(days=30)


@access(Right.SYSTEM_SEE)
@require_safe
def list_versions(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    rows = SystemVersion.objects.filter(system=system)
    cursor = request.GET.get("cursor")
    page = keyset_page(rows, order=_ORDER, cursor=cursor, limit=_PAGE)
    # Up to the newest on the page: what came later does not change what these changed.
    until = page.items[0].first_seen_at if page.items else timezone.now()
    context = {
        "system": system,
        "span": selectors.span_of_versions(system),
        "entries": selectors.versions_of(system, until).entries_of(page.items),
        "form": DatesForm(initial=_first_dates(system)),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
    }
    return render_page(request, "systems/versions.html", context, partial="entries")


@access(Right.SYSTEM_SEE)
@require_safe
def compare_versions(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    form = DatesForm({**_first_dates(system), **request.GET.dict()})
    context = {"system": system, "form": form, "comparison": None}
    if form.is_valid():
        before, after = sorted((form.cleaned_data["a"], form.cleaned_data["b"]))
        context |= {
            "before": before,
            "after": after,
            "comparison": selectors.compare_versions(
                system, _end_of(before), _end_of(after)
            ),
        }
    return render_page(
        request, "systems/compare_versions.html", context, partial="comparison"
    )


def _first_dates(system: System) -> dict[str, date]:
    """From the day of the sign-off, else a month ago, until today."""
    today = timezone.localdate()
    signed = system.signed_off_at
    since = timezone.localdate(signed) if signed else today - _MONTH
    return {"a": since, "b": today}


def _end_of(day: date) -> datetime:
    """A date means the end of that day where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.max))
