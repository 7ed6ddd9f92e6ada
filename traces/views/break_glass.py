"""Break-glass: asking for it, approving, ending, reviewing; and all openings."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviewapp.core.access import access
from reviewapp.core.digests import reference_digest
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.paging import keyset_page, page_url
from reviewapp.core.permissions import Right
from traces.access_forms import BreakGlassForm, ReviewForm, TicketForm
from traces.glass import Reason, Verdict, may_approve
from traces.models import BreakGlass
from traces.selectors.glasses import (
    ORDER,
    count_waiting,
    openings_for,
    readings_under,
    reads_reference,
    rows_of_glasses,
    visible_glasses,
)
from traces.selectors.lists import title_of
from traces.selectors.raises import raises_by_ticket, running_raises, tickets_by_day
from traces.services import break_glass as services
from traces.views.access_tabs import tabs_for
from traces.views.finding import find_trace


@access(Right.ACCESS_SEE, Right.GLASS_APPROVE, Right.GLASS_BREAK)
@require_safe
@never_cache
def list_openings(request: HttpRequest) -> HttpResponse:
    return _list(request, TicketForm())


@access(Right.ACCESS_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def look_up_ticket(request: HttpRequest) -> HttpResponse:
    """From a ticket to its digest: the ticket itself gets into no address.

    A refused one is drawn here, and browsers load that again by GET.
    """
    if request.method != "POST":
        return redirect("list_openings")
    form = TicketForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    digest = reference_digest("support", form.cleaned_data["ticket"])
    query = urlencode({"ticket": digest})
    return redirect(f"{reverse('list_openings')}?{query}#tickets")


def _list(request: HttpRequest, form: TicketForm) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    digest = request.GET.get("ticket", "")
    past = visible_glasses(person).filter(reviewed_at__isnull=False)
    page = keyset_page(past, order=ORDER, cursor=request.GET.get("cursor"))
    context = {
        "tabs": tabs_for(request),
        "openings": openings_for(person, now),
        "raises": running_raises(person, now),
        "days": tickets_by_day(person, now),
        "ticket_form": form,
        "checked": digest,
        "checked_rows": raises_by_ticket(digest, person) if digest else (),
        "past": rows_of_glasses(page.items, now),
        "newer_url": page_url(request, page.previous),
        "older_url": page_url(request, page.next),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "traces/openings.html", context, status=status)


@access(Right.ACCESS_SEE, Right.GLASS_APPROVE)
@require_safe
def count_openings(request: HttpRequest) -> HttpResponse:
    """The count beside the navigation's entry: what waits for this person."""
    count = count_waiting(person_of(request), timezone.now())
    return HttpResponse(str(count) if count else "")


@access(Right.ACCESS_SEE, Right.GLASS_APPROVE, Right.GLASS_BREAK)
@require_safe
@never_cache
def show_opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    return _show(request, _find(request, opening_id), ReviewForm())


@access(Right.GLASS_BREAK, fresh=True)
@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    trace = find_trace(request, trace_key)
    form = BreakGlassForm(posted(request))
    glass = save_form(
        form,
        lambda asked: services.ask_break_glass(
            trace,
            person=person_of(request),
            actor=actor_of(request),
            reason=Reason(asked["reason"]),
            reference=asked["reference"],
            minutes=asked["minutes"],
        ),
    )
    if glass is None:
        context = {"form": form, "trace": trace, "title": title_of(trace)}
        status = 422 if form.is_bound else 200
        return render_page(request, "traces/break_glass.html", context, status=status)
    messages.success(request, "Open. What you read now is recorded and reviewed.")
    return redirect("show_trace", trace.pk)


@access(Right.GLASS_APPROVE, fresh=True)
@require_POST
def approve_opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    glass = _find(request, opening_id)
    services.approve_break_glass(
        glass, person=person_of(request), actor=actor_of(request)
    )
    messages.success(request, "Approved: reasoning is in clear until its time is over.")
    return redirect("show_opening", glass.pk)


@access(Right.GLASS_APPROVE)
@require_POST
def refuse_opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    glass = _find(request, opening_id)
    services.refuse_break_glass(
        glass, person=person_of(request), actor=actor_of(request)
    )
    messages.success(request, "Refused. Nothing more is read under it.")
    return redirect("show_opening", glass.pk)


@access(Right.GLASS_BREAK, Right.GLASS_REVIEW)
@require_POST
def end_opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    glass = _find(request, opening_id)
    services.end_break_glass(glass, person=person_of(request), actor=actor_of(request))
    messages.success(request, "Closed.")
    return redirect("show_opening", glass.pk)


@access(Right.GLASS_REVIEW)
@require_POST
def review_opening(request: HttpRequest, opening_id: UUID) -> HttpResponse:
    glass = _find(request, opening_id)
    form = ReviewForm(request.POST)
    reviewed = save_form(
        form,
        lambda said: services.review_break_glass(
            glass,
            person=person_of(request),
            actor=actor_of(request),
            verdict=Verdict(said["verdict"]),
            note=said["note"],
        ),
    )
    if reviewed is None:
        return _show(request, glass, form)
    messages.success(request, "Reviewed.")
    return redirect("list_openings")


def _find(request: HttpRequest, opening_id: UUID) -> BreakGlass:
    return get_object_or_404(visible_glasses(person_of(request)), pk=opening_id)


def _show(request: HttpRequest, glass: BreakGlass, form: ReviewForm) -> HttpResponse:
    person, now = person_of(request), timezone.now()
    row = rows_of_glasses([glass], now)[0]
    is_own = glass.person_id == person.pk
    approves = not is_own and may_approve(person.roles, glass.person.roles)
    reviews = not is_own and person.has_right(Right.GLASS_REVIEW)
    words = (
        services.read_break_glass(glass, actor=actor_of(request))
        if reads_reference(person, glass)
        else {}
    )
    context = {
        "row": row,
        "glass": glass,
        "words": words,
        "readings": readings_under(glass),
        "may_approve": approves and row.state == "waiting",
        "may_refuse": approves and row.is_open,
        "may_end": row.is_open and (is_own or reviews),
        "may_review": reviews and glass.ended_at is not None and not glass.verdict,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "traces/opening.html", context, status=status)
