"""Legal holds: the list, placing one, lifting one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.models import User
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Invalid
from systems.models import System
from traces.access_forms import PreservationForm
from traces.models import Preservation, Trace
from traces.selectors.preservations import rows_of_holds
from traces.services.preservations import (
    Target,
    lift_preservation,
    read_preservations,
)
from traces.services.preservations import place_preservation as place
from traces.views.access_tabs import tabs_for
from traces.views.finding import as_uuid

_ORDER = ("-placed_at", "-id")


@access(Right.ACCESS_SEE)
@require_safe
@never_cache
def preservations(request: HttpRequest) -> HttpResponse:
    holds = Preservation.objects.select_related("system", "placed_by", "lifted_by")
    page = keyset_page(holds, order=_ORDER, cursor=request.GET.get("cursor"))
    person = person_of(request)
    words = {}
    if person.has_right(Right.RETENTION_MANAGE):
        words = read_preservations(page.items, person=person, actor=actor_of(request))
    context = {
        "tabs": tabs_for(request),
        "rows": rows_of_holds(page.items, words),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
    }
    return render_page(request, "traces/preservations.html", context)


@access(Right.RETENTION_MANAGE)
@require_http_methods(["GET", "POST"])
def place_preservation(request: HttpRequest) -> HttpResponse:
    form = PreservationForm(posted(request), initial=_initial(request))
    person, actor = person_of(request), actor_of(request)
    placed = save_form(
        form,
        lambda data: place(
            _target(data, person),
            person=person,
            actor=actor,
            reason=Preservation.Reason(data["reason"]),
            note=data["note"],
        ),
    )
    if placed is None:
        status = 422 if form.is_bound else 200
        context = {"form": form}
        return render_page(
            request, "traces/place_preservation.html", context, status=status
        )
    messages.success(request, "Held. Nothing that it covers goes until it is lifted.")
    return redirect("preservations")


@access(Right.RETENTION_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    hold = get_object_or_404(
        Preservation.objects.standing().select_related("system", "placed_by"),
        pk=hold_id,
    )
    if request.method != "POST":
        context = {"hold": hold}
        return render_page(request, "traces/lift_preservation.html", context)
    lift_preservation(hold, person=person_of(request), actor=actor_of(request))
    messages.success(request, "Lifted. What is past its time goes with the next sweep.")
    return redirect("preservations")


def _initial(request: HttpRequest) -> dict[str, str]:
    """A trace's page leads here with its id."""
    trace = request.GET.get("trace", "")
    return {"scope": "trace", "reference": trace} if trace else {}


# Any: a form's values.
def _target(data: dict[str, Any], person: User) -> Target:
    """Return what the form names. Raises Invalid where there is no such thing."""
    scope, reference = data["scope"], data["reference"].strip()
    if scope == Preservation.Scope.SYSTEM:
        return Target(system=_system_of(reference))
    if scope == Preservation.Scope.TRACE:
        return Target(trace=_trace_of(reference, person))
    return Target(**{scope: reference})


def _system_of(slug: str) -> System:
    system = System.objects.filter(slug=slug).first()
    if system is None:
        raise Invalid({"reference": ["There is no system of this short name."]})
    return system


def _trace_of(text: str, person: User) -> Trace:
    """By its id, or by the key that its page hands over."""
    wanted = as_uuid(text)
    visible = Trace.objects.visible_to(person)
    found = list(visible.filter(Q(pk=wanted) | Q(trace_id=wanted))[:2])
    if not found or wanted is None:
        raise Invalid({"reference": ["There is no trace of this id."]})
    if len(found) > 1:
        words = "Several systems have a trace of this id: hold it from its own page."
        raise Invalid({"reference": [words]})
    return found[0]
