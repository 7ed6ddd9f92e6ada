"""One's own page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from reviewapp.core.access import SIGNED_IN, access
from reviewapp.core.http import render_page


@access(SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    return render_page(request, "core/profile.html", {"person": request.user})
