"""The secret with which a system's callbacks are signed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from reviewapp.core.access import access
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.permissions import Right
from systems.services.webhooks import rotate_webhook_secret
from systems.views.finding import find_system
from systems.webhooks import OVERLAP, webhook_secrets


@access(Right.KEY_MANAGE, fresh=True)
@require_GET
@never_cache
def show_secret(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    context = {
        "system": system,
        "secrets": webhook_secrets(system, timezone.now()),
        "overlap_hours": OVERLAP.total_seconds() / 3600,
    }
    return render_page(request, "systems/callback_secret.html", context)


@access(Right.KEY_MANAGE, fresh=True)
@require_POST
def rotate_secret(request: HttpRequest, slug: str) -> HttpResponse:
    rotate_webhook_secret(find_system(request, slug), actor=actor_of(request))
    messages.success(request, "A new secret signs from now on.")
    return redirect("callback_secret", slug)
