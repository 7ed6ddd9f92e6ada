"""The event log, for those who may read it: filtered, by page, as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from reviewapp.core.access import access
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.log_exports import FORMATS
from reviewapp.core.log_filter import LogFilter
from reviewapp.core.log_pages import (
    all_of_log,
    page_of_log,
    rows_of_log,
    seal_status,
)
from reviewapp.core.paging import page_url
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Invalid
from reviewapp.core.refusals import flat_errors
from reviewapp.core.services.log_exports import export_log as record_export


@access(Right.LOG_READ)
@require_GET
@never_cache
def log(request: HttpRequest) -> HttpResponse:
    form = LogFilter(request.GET)
    page = page_of_log(form.chosen(), request.GET.get("cursor"))
    context = {
        "form": form,
        "is_filtered": form.is_filtering(),
        "rows": rows_of_log(page.items),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
        "status": seal_status(),
        "query": request.GET.urlencode(),
    }
    status = 200 if form.is_valid() else 422
    return render_page(request, "core/log.html", context, partial="rows", status=status)


@access(Right.LOG_READ)
@require_POST
def export_log(request: HttpRequest) -> StreamingHttpResponse:
    """Stream what the filter in the address shows, as the button's format."""
    form = LogFilter(request.GET)
    events = form.chosen()
    file_format = request.POST.get("format", "")
    if file_format not in FORMATS or form.errors:
        raise Invalid(flat_errors(form.errors) or {"format": ["csv or jsonl"]})
    content_type, lines = FORMATS[file_format]
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    actor = actor_of(request)
    reach = record_export(actor=actor, file_format=file_format, asked=asked)
    return StreamingHttpResponse(
        lines(all_of_log(events, reach)),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="log.{file_format}"'},
    )
