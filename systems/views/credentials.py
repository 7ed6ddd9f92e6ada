"""Registering and retiring the credentials that a system acts with."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.permissions import Right
from systems.forms import CredentialForm
from systems.services import credentials as services
from systems.views.finding import find_credential, find_system
from systems.views.rendering import render_form


@access(Right.SYSTEM_MANAGE)
@require_http_methods(["GET", "POST"])
def register_credential(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    form = CredentialForm(posted(request))
    actor = actor_of(request)
    credential = save_form(
        form, lambda data: services.register_credential(system, actor=actor, **data)
    )
    if credential is None:
        title = f"Register a credential of {system}"
        return render_form(request, form, title, system=system, submit="Register")
    messages.success(request, f"{credential} is registered.")
    return redirect("show_system", slug)


@access(Right.SYSTEM_MANAGE)
@require_http_methods(["GET", "POST"])
def retire_credential(
    request: HttpRequest, slug: str, credential_id: int
) -> HttpResponse:
    credential = find_credential(request, slug, credential_id)
    if request.method != "POST":
        context = {"credential": credential, "system": credential.system}
        return render_page(request, "systems/retire_credential.html", context)
    services.retire_credential(credential, actor=actor_of(request))
    messages.success(request, f"{credential} is retired.")
    return redirect("show_system", slug)
