"""Refusals as people and programs see them, and Django's own error handlers."""

from __future__ import annotations

from urllib.parse import urlencode

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import requires_csrf_token

from reviewapp.core.access import NotFresh
from reviewapp.core.http import htmx_of, is_fragment
from reviewapp.core.media import PROBLEM_TYPE
from reviewapp.core.problems import Forbidden, NotFound, Problem, Unauthenticated
from reviewapp.core.refusals import as_problem

_API_PREFIXES = ("/api/", "/v1/")
# Pages of their own design; every other status uses the fragment's words.
_PAGES = {403: "403.html", 404: "404.html"}


def is_api(request: HttpRequest) -> bool:
    """True where programs call: they get problem+json whatever goes wrong."""
    return request.path.startswith(_API_PREFIXES)


def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a refusal in the form that the caller can use.

    A person who must sign in is sent there and comes back; everybody else is told.
    """
    if is_api(request):
        response: HttpResponse = JsonResponse(
            problem.as_json(), status=problem.status, content_type=PROBLEM_TYPE
        )
    elif isinstance(problem, Unauthenticated | NotFresh):
        return _send_to_door(request, problem)
    else:
        response = _render(request, problem)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def _render(request: HttpRequest, problem: Problem) -> HttpResponse:
    fragment = "_ui/problem.html"
    page = _PAGES.get(problem.status, "problem.html")
    template = fragment if is_fragment(request) else page
    context = {"problem": problem, "request_id": getattr(request, "request_id", "")}
    return render(request, template, context, status=problem.status)


def _send_to_door(request: HttpRequest, problem: Problem) -> HttpResponse:
    door = _reauthentication_url(request)
    if isinstance(problem, Unauthenticated):
        door = resolve_url(settings.LOGIN_URL)
    url = f"{door}?{urlencode({REDIRECT_FIELD_NAME: _way_back(request)})}"
    if is_fragment(request):
        # The whole window goes; what the person wrote is kept by static/js/draft.js.
        return HttpResponse(status=401, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _reauthentication_url(request: HttpRequest) -> str:
    methods = get_adapter().get_reauthentication_methods(request.user)
    return methods[0]["url"] if methods else resolve_url(settings.LOGIN_URL)


def _way_back(request: HttpRequest) -> str:
    """The page the person was on: a POST or a fragment cannot be returned to."""
    if is_fragment(request):
        return htmx_of(request).current_url_abs_path or reverse("home")
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    return page if is_ours else reverse("home")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from an expired session: say so; draft.js keeps what was written."""
    structlog.get_logger(__name__).info("csrf.failed", reason=reason)
    detail = (
        "This page is older than your session, so nothing was done. "
        "What you wrote is kept in this browser: reload the page and send it again."
    )
    return answer_problem(request, Forbidden("csrf_failed", detail))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    problem = as_problem(exception) or Problem("malformed", "The request is malformed.")
    return answer_problem(request, problem)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_problem(request, Forbidden("not_allowed", "You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer_problem(request, NotFound())


class Broken(Problem):
    status = 500
    title = "Something broke"

    def __init__(self, request_id: str) -> None:
        super().__init__(
            "internal", f"Something broke on our side. Quote {request_id} to the admin."
        )
        self.request_id = request_id


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Say that it broke and under which number; never what the inside looks like."""
    broken = Broken(getattr(request, "request_id", ""))
    if is_api(request):
        return answer_problem(request, broken)
    # No context processors: they ask the database, which may be what broke.
    return HttpResponse(
        render_to_string("500.html", {"problem": broken}), status=broken.status
    )
