"""The list of systems, one system, and the forms that change it."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from systems.forms import RegistrationForm, SystemFilter, SystemForm, WordsForm
from systems.selectors import card_of_system, find_systems, rows_of_systems
from systems.services import systems as services
from systems.views.finding import find_system, visible_systems
from systems.views.rendering import render_form


@access(Right.SYSTEM_SEE)
@require_safe
def list_systems(request: HttpRequest) -> HttpResponse:
    form = SystemFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = find_systems(
        visible_systems(request),
        text=wanted.get("q", ""),
        environment=wanted.get("environment", ""),
        state=wanted.get("state", ""),
    )
    page = keyset_page(found, order=["slug"], cursor=request.GET.get("cursor"))
    context = {
        "form": form,
        "rows": rows_of_systems(page.items, timezone.now()),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
        "is_filtered": any(wanted.values()),
    }
    return render_page(request, "systems/list_systems.html", context, partial="rows")


@access(Right.SYSTEM_SEE)
@require_safe
def show_system(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    card = card_of_system(find_system(request, slug), now)
    context = {"card": card, "system": card.system}
    return render_page(request, "systems/show_system.html", context)


@access(Right.SYSTEM_MANAGE)
@require_http_methods(["GET", "POST"])
def register_system(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(posted(request))
    system = save_form(
        form, lambda data: services.register_system(actor=actor_of(request), **data)
    )
    if system is None:
        return render_form(request, form, "Register a system", submit="Register")
    messages.success(request, f"{system} is in the inventory.")
    return redirect("show_system", system.slug)


@access(Right.SYSTEM_MANAGE)
@require_http_methods(["GET", "POST"])
def change_system(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    # A copy: a form writes what was typed into its instance before anything is saved.
    form = SystemForm(posted(request), instance=copy(system))
    actor = actor_of(request)
    changed = save_form(
        form, lambda data: services.change_system(system, actor=actor, **data)
    )
    if changed is None:
        return render_form(request, form, f"Change {system}", system=system)
    messages.success(request, "Saved.")
    return redirect("show_system", slug)


@access(Right.SYSTEM_MANAGE)
@require_http_methods(["GET", "POST"])
def retire_system(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    if request.method != "POST":
        return render_page(request, "systems/retire_system.html", {"system": system})
    services.retire_system(system, actor=actor_of(request))
    messages.success(request, f"{system} is retired.")
    return redirect("show_system", slug)


@access(Right.TIER_CAP)
@require_http_methods(["GET", "POST"])
def cap_words(request: HttpRequest, slug: str) -> HttpResponse:
    """Cap who reads the words of a system's traces; break-glass alone goes beyond."""
    system = find_system(request, slug)
    form = WordsForm(posted(request), initial={"tier": system.words_tier})
    actor = actor_of(request)
    capped = save_form(
        form, lambda data: services.cap_words(system, data["tier"], actor=actor)
    )
    if capped is None:
        return render_form(request, form, f"Words of {system}", system=system)
    messages.success(request, "Saved. It counts from now on, for old traces too.")
    return redirect("show_system", slug)


@access(Right.SYSTEM_SEE)
@require_POST
def sign_off_system(request: HttpRequest, slug: str) -> HttpResponse:
    """The process owner signs what stands in the inventory."""
    system = find_system(request, slug)
    person = person_of(request)
    services.sign_off_system(system, person=person, actor=actor_of(request))
    messages.success(request, "Signed off. What is added from now on is named here.")
    return redirect("show_system", slug)
