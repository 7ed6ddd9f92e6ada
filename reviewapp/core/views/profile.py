"""One's own account: name, time zone, tokens."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from reviewapp.core.access import SIGNED_IN, access
from reviewapp.core.forms import ProfileForm
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.models import User
from reviewapp.core.selectors import live_tokens
from reviewapp.core.services import tokens as services
from reviewapp.core.services.people import update_profile


@access(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    if request.method != "POST":
        return _render(request, ProfileForm.of(person))
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _render(request, form, status=422)
    update_profile(person, actor=actor_of(request), **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("profile")


@access(SIGNED_IN, fresh=True)
@require_POST
@never_cache
def issue_token(request: HttpRequest) -> HttpResponse:
    """Show the secret in the answer to this one post; no address leads back to it."""
    token, secret = services.issue_token(
        cast(User, request.user), actor=actor_of(request)
    )
    context = {"token": token, "secret": secret}
    return render_page(request, "core/issued_token.html", context, status=201)


@access(SIGNED_IN)
@require_POST
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """Needs no fresh sign-in: giving a right up must never be hard."""
    token = get_object_or_404(live_tokens(cast(User, request.user)), pk=token_id)
    services.revoke_token(token, actor=actor_of(request))
    messages.success(request, f"The token {token} opens nothing any more.")
    return redirect("profile")


def _render(
    request: HttpRequest, form: ProfileForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "tokens": live_tokens(cast(User, request.user))}
    return render_page(request, "core/profile.html", context, status=status)
