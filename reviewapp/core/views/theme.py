"""Light, dark or as the machine has it: a cookie, so that no page flashes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from reviewapp.core.access import PUBLIC, access
from reviewapp.core.problems import Invalid
from reviewapp.core.templatetags.ui import THEMES

ONE_YEAR_S = 365 * 24 * 3600


@access(PUBLIC)
@require_POST
def set_theme(request: HttpRequest) -> HttpResponseRedirect:
    """Remember the theme and go back to the page the person was on."""
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        raise Invalid({"theme": [f"One of {', '.join(THEMES)}."]})
    answer = HttpResponseRedirect(_way_back(request))
    answer.set_cookie(
        "theme", chosen, ONE_YEAR_S, samesite="Lax", secure=request.is_secure()
    )
    return answer


def _way_back(request: HttpRequest) -> str:
    """The page named by the form, if it is one of ours."""
    page = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return page if is_ours else "/"
