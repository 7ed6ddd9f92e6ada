"""For machines that watch: is web up, is all of it up, and its figures."""

from __future__ import annotations

import ipaddress
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus import exports
from prometheus_client import Gauge
from rest_framework.request import Request

from reviewapp.core.access import PUBLIC, Rule, access
from reviewapp.core.authentication import bearer_secret
from reviewapp.core.health import readiness
from reviewapp.core.log_reading import lags
from reviewapp.core.problems import Forbidden, Problem

_EVENTS_BEHIND = Gauge(
    "reviewapp_log_events_behind",
    "Events a reader of the log has yet to read",
    ["reader"],
    multiprocess_mode="mostrecent",
)
_SECONDS_BEHIND = Gauge(
    "reviewapp_log_seconds_behind",
    "Age of the oldest event a reader of the log has yet to read",
    ["reader"],
    multiprocess_mode="mostrecent",
)


class Scrapers(Rule):
    """Whoever holds METRICS_TOKEN; without one set, this machine only."""

    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        token = bearer_secret(request.headers.get("Authorization", "")) or ""
        wanted = settings.METRICS_TOKEN
        if wanted and constant_time_compare(token, wanted):
            return None
        if not wanted and _is_local(request):
            return None
        return Forbidden("not_allowed", "Send METRICS_TOKEN as a bearer token.")


@require_safe
@never_cache
@access(PUBLIC)
def healthz(request: HttpRequest) -> HttpResponse:
    """Web can serve. Asks nothing else, so that its trouble restarts nobody."""
    return JsonResponse({"ok": True})


@require_safe
@never_cache
@access(PUBLIC)
def readyz(request: HttpRequest) -> HttpResponse:
    state = readiness(timezone.now())
    return JsonResponse(state.as_json(), status=200 if state.ready else 503)


@require_safe
@never_cache
@access(Scrapers())
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format. With several web processes on one machine, set
    PROMETHEUS_MULTIPROC_DIR, or each scrape sees only the process that answers."""
    for lag in lags(timezone.now()):
        _EVENTS_BEHIND.labels(lag.name).set(lag.events)
        _SECONDS_BEHIND.labels(lag.name).set(lag.seconds)
    return cast(HttpResponse, exports.ExportToDjangoView(request))


def _is_local(request: HttpRequest | Request) -> bool:
    """Behind a proxy on this machine everybody would seem to be local."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
