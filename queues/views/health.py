"""How a queue does, for whoever leads it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from queues.health import Health
from queues.models import Queue
from queues.selectors.health import health_of
from queues.views.finding import person_of
from reviewapp.core.access import access
from reviewapp.core.http import render_page
from reviewapp.core.look.plots import Plot, bars_of
from reviewapp.core.permissions import Right


@access(Right.QUEUE_MANAGE)
@require_GET
def show_health(request: HttpRequest, slug: str) -> HttpResponse:
    queues = Queue.objects.led_by(person_of(request))
    queue = get_object_or_404(queues, slug=slug)
    now = timezone.now()
    health = health_of(queue, now)
    context = {
        "queue": queue,
        "queues": queues,
        "health": health,
        "now": now,
        "backlog": _plot(health, "waiting"),
        "flow": _plot(health, "arrived", "answered", "ran_out"),
    }
    return render_page(request, "queues/health.html", context)


def _plot(health: Health, *kinds: str) -> Plot:
    moments = [timezone.localtime(one.starts_at) for one in health.intervals]
    series = {kind: [getattr(one, kind) for one in health.intervals] for kind in kinds}
    return bars_of([f"{moment:%H:%M}" for moment in moments], series)
