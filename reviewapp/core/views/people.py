"""The people of this house, for administrators."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.forms import AddPersonForm, PeopleFilter, RolesForm
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.models import User
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from reviewapp.core.selectors import PEOPLE_ORDER, find_people, live_tokens
from reviewapp.core.services import people as services


@access(Right.PEOPLE_MANAGE)
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    form = PeopleFilter(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    cursor = request.GET.get("cursor")
    page = keyset_page(find_people(words), order=PEOPLE_ORDER, cursor=cursor)
    context = {
        "form": form,
        "page": page,
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
    }
    return render_page(request, "core/people.html", context, partial="rows")


@access(Right.PEOPLE_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
@never_cache
def add_person(request: HttpRequest) -> HttpResponse:
    form = AddPersonForm(posted(request))
    actor = actor_of(request)
    person = save_form(
        form,
        lambda data: services.add_person(
            data["email"], name=data["name"], roles=data["roles"], actor=actor
        ),
    )
    if person is None:
        status = 422 if form.is_bound else 200
        context = {"form": form}
        return render_page(request, "core/add_person.html", context, status=status)
    return _invite(request, person, by_mail=form.cleaned_data["by_mail"])


@access(Right.PEOPLE_MANAGE)
@require_GET
def show_person(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _find(person_id)
    context = {
        "person": person,
        "form": RolesForm(initial={"roles": list(person.roles)}),
        "tokens": live_tokens(person),
    }
    return render_page(request, "core/show_person.html", context)


@access(Right.PEOPLE_MANAGE, fresh=True)
@require_POST
def set_roles(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _find(person_id)
    form = RolesForm(request.POST)
    if not form.is_valid():
        context = {"person": person, "form": form, "tokens": live_tokens(person)}
        return render_page(request, "core/show_person.html", context, status=422)
    services.set_roles(person, form.cleaned_data["roles"], actor=actor_of(request))
    messages.success(request, f"The roles of {person} are saved.")
    return redirect("show_person", person_id)


@access(Right.PEOPLE_MANAGE, fresh=True)
@require_POST
@never_cache
def invite_person(request: HttpRequest, person_id: int) -> HttpResponse:
    return _invite(request, _find(person_id), by_mail="by_mail" in request.POST)


@access(Right.PEOPLE_MANAGE, fresh=True)
@require_POST
def deactivate_person(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _find(person_id)
    services.deactivate_person(person, actor=actor_of(request))
    messages.success(request, f"{person} can no longer sign in.")
    return redirect("show_person", person_id)


@access(Right.PEOPLE_MANAGE, fresh=True)
@require_POST
def reactivate_person(request: HttpRequest, person_id: int) -> HttpResponse:
    person = _find(person_id)
    services.reactivate_person(person, actor=actor_of(request))
    messages.success(request, f"{person} can sign in again.")
    return redirect("show_person", person_id)


def _find(person_id: int) -> User:
    return get_object_or_404(find_people(), pk=person_id)


def _invite(request: HttpRequest, person: User, *, by_mail: bool) -> HttpResponse:
    """Hand the way in over: by mail, or on the screen this once."""
    url = services.invite_person(person, actor=actor_of(request))
    if by_mail:
        context = {"user": person, "invitation_url": url}
        get_adapter().send_mail("core/email/invitation", person.email, context)
        messages.success(request, f"An invitation is on its way to {person.email}.")
        return redirect("show_person", person.pk)
    return render_page(
        request, "core/invited_person.html", {"person": person, "url": url}
    )
