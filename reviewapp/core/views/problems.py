"""Refusals as people and programs see them, and Django's own error handlers."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

from reviewapp.core.access import NotFresh
from reviewapp.core.http import is_fragment
from reviewapp.core.media import PROBLEM_TYPE
from reviewapp.core.problems import Forbidden, NotFound, Problem, Unauthenticated
from reviewapp.core.refusals import as_problem
from reviewapp.core.views.entrances import send_to_sign_in, send_to_sign_in_afresh

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
    elif isinstance(problem, Unauthenticated):
        return send_to_sign_in(request)
    elif isinstance(problem, NotFresh):
        return send_to_sign_in_afresh(request)
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
