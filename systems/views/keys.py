"""Issuing, rotating and revoking keys: each asks the person to sign in afresh."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.permissions import Right
from systems.forms import KeyForm, RotationForm
from systems.models import Key
from systems.services import keys as services
from systems.views.finding import find_key, find_system
from systems.views.rendering import render_form


@access(Right.KEY_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
@never_cache
def issue_key(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    form = KeyForm(posted(request))
    issued = save_form(
        form,
        lambda data: services.issue_key(
            system,
            scopes=data["scopes"],
            label=data["label"],
            expires_at=form.expires_at(timezone.now()),
            actor=actor_of(request),
        ),
    )
    if issued is None:
        title = f"Issue a key to {system}"
        return render_form(request, form, title, system=system, submit="Issue")
    return _show_secret(request, *issued)


@access(Right.KEY_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
@never_cache
def rotate_key(request: HttpRequest, slug: str, key_id: UUID) -> HttpResponse:
    key = find_key(request, slug, key_id)
    form = RotationForm(posted(request))
    actor = actor_of(request)
    rotated = save_form(
        form,
        lambda data: services.rotate_key(key, actor=actor, overlap=form.overlap()),
    )
    if rotated is None:
        title = f"Rotate key {key}"
        return render_form(request, form, title, system=key.system, submit="Rotate")
    key.refresh_from_db()
    return _show_secret(request, *rotated, old_works_until=key.expires_at)


@access(Right.KEY_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def revoke_key(request: HttpRequest, slug: str, key_id: UUID) -> HttpResponse:
    key = find_key(request, slug, key_id)
    if request.method != "POST":
        context = {"key": key, "system": key.system}
        return render_page(request, "systems/revoke_key.html", context)
    services.revoke_key(key, actor=actor_of(request))
    messages.success(request, f"Key {key} no longer works.")
    return redirect("show_system", slug)


def _show_secret(
    request: HttpRequest,
    key: Key,
    secret: str,
    old_works_until: datetime | None = None,
) -> HttpResponse:
    """Show the secret in the answer itself: a redirect would have to store it."""
    context = {
        "key": key,
        "secret": secret,
        "system": key.system,
        "old_works_until": old_works_until,
        "public_url": settings.PUBLIC_URL,
    }
    return render_page(request, "systems/issued_key.html", context)
