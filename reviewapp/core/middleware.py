"""Around every request: its id, its actor in the logs, its access rule, its refusals.

All of it is synchronous: who waits or streams never comes this way (core/live).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.views import APIView

from reviewapp.core.access import People, declared_rule
from reviewapp.core.logging import without_secrets
from reviewapp.core.models import User
from reviewapp.core.problems import Forbidden
from reviewapp.core.refusals import as_problem
from reviewapp.core.third_party import rule_of_third_party
from reviewapp.core.views.problems import answer_problem

GetResponse = Callable[[HttpRequest], HttpResponseBase]
ViewFunction = Callable[..., HttpResponseBase]

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{8,128}")
# Called every few seconds by machines; a line each would hide the others.
_QUIET = ("/healthz", "/readyz", "/metrics", "/static/")
log = structlog.get_logger(__name__)


class _Middleware:
    """Subclasses say what happens before and after."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        self.before(request)
        return self.after(request, self.get_response(request))

    def before(self, request: HttpRequest) -> None:
        """Happen before the view."""

    def after(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response


class RequestIdMiddleware(_Middleware):
    """Give every request an id, bind it to the logs, and write the access log."""

    def before(self, request: HttpRequest) -> None:
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if _SANE_ID.fullmatch(sent) else uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        request.began_at = time.monotonic()  # type: ignore[attr-defined]
        timezone.deactivate()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)

    def after(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        if not request.path.startswith(_QUIET):
            elapsed = time.monotonic() - request.began_at  # type: ignore[attr-defined]
            log.info(
                "http.answered",
                method=request.method,
                path=without_secrets(request.path),
                status=response.status_code,
                ms=round(elapsed * 1000),
            )
        return response


class AccessMiddleware(_Middleware):
    """Hold every view to the rule it declares, and answer what services refuse."""

    def process_view(
        self,
        request: HttpRequest,
        view: ViewFunction,
        args: list[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        declared = declared_rule(view) or rule_of_third_party(request)
        if declared is None:
            log.error("access.undeclared", view=f"{view.__module__}.{view.__name__}")
            refusal = Forbidden("not_allowed", "This page says not who may see it.")
            return answer_problem(request, refusal)
        if _checks_itself(view):
            return None
        refused = declared.refusal(request)
        if refused is not None:
            return answer_problem(request, refused)
        if isinstance(declared, People):
            _greet(cast(User, request.user))
        return None

    def after(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep answers out of every cache: Back must show no words after sign-out."""
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        problem = as_problem(exception)
        return answer_problem(request, problem) if problem else None


def _checks_itself(view: ViewFunction) -> bool:
    """DRF authenticates bearer tokens first, so its views check behind that."""
    return issubclass(getattr(view, "cls", object), APIView)


def _greet(person: User) -> None:
    """From here on the logs know who acts, and pages speak in the person's time."""
    structlog.contextvars.bind_contextvars(actor=f"person:{person.pk}")
    timezone.activate(person.time_zone)
