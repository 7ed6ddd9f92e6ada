"""Notices and how to be called."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from queues.models import Queue
from queues.services.openings import list_words
from reviewapp.core.access import SIGNED_IN, access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.paging import keyset_page
from reviewapp.notifications.forms import ReachForm, wish_forms
from reviewapp.notifications.models import Notice, Reach
from reviewapp.notifications.rules import Channel
from reviewapp.notifications.selectors import notice_rows
from reviewapp.notifications.services.notices import see_notices
from reviewapp.notifications.services.reach import change_reach, change_wish

_ORDER = ("-made_at", "-id")


@access(SIGNED_IN)
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    mine = Notice.objects.visible_to(person).select_related(
        "person",
        "ask__queue",
        "ask__system",
        "glass__person",
        "glass__system",
        "explanation__author",
        "explanation__trace__system",
    )
    page = keyset_page(mine, order=_ORDER, cursor=request.GET.get("cursor"), limit=50)
    rows = notice_rows(page.items, person)
    list_words(
        [row.ask.pk for row in rows if row.ask and row.has_words],
        page="notices",
        person=person,
        actor=actor_of(request),
    )
    context = {
        "rows": rows,
        "page": page,
        "unseen": Notice.objects.visible_to(person).unseen().count(),
    }
    return render_page(request, "notifications/notices.html", context, partial="rows")


@access(SIGNED_IN)
@require_GET
def unseen_notices(request: HttpRequest) -> HttpResponse:
    """The count beside the bell."""
    count = Notice.objects.visible_to(person_of(request)).unseen().count()
    return HttpResponse(str(count) if count else "")


@access(SIGNED_IN)
@require_GET
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The deep link of a call: to what it is about, and the notice is seen."""
    person = person_of(request)
    found = get_object_or_404(Notice.objects.visible_to(person), pk=notice_id)
    see_notices(person, actor=actor_of(request), notice=found)
    if found.glass_id is not None:
        return redirect("show_opening", found.glass_id)
    if found.explanation_id is not None:
        return redirect("show_explanation", found.explanation_id)
    return redirect("request", found.ask_id)


@access(SIGNED_IN)
@require_POST
def see_all_notices(request: HttpRequest) -> HttpResponse:
    see_notices(person_of(request), actor=actor_of(request))
    return redirect("notices")


@access(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def reach(request: HttpRequest) -> HttpResponse:
    """Quiet hours and messenger, and the way to the wishes of each queue."""
    person = person_of(request)
    mine = Reach.objects.filter(person=person).first()
    form = ReachForm.of(mine, posted(request))
    changed = save_form(
        form, lambda given: change_reach(person, actor=actor_of(request), **given)
    )
    if changed:
        messages.success(request, "Saved.")
        return redirect("reach")
    context = {"form": form, "reach": mine, "queues": person.queues.all()}
    status = 422 if form.errors else 200
    return render(request, "notifications/reach.html", context, status=status)


@access(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def wishes(request: HttpRequest, slug: str) -> HttpResponse:
    """How to be called for each occasion in one of the person's queues."""
    person = person_of(request)
    queue = get_object_or_404(Queue.objects.of_member(person), slug=slug)
    forms = wish_forms(person, queue, posted(request))
    if request.method == "POST" and all(form.is_valid() for form in forms):
        for form in forms:
            change_wish(
                person,
                queue,
                form.occasion,
                actor=actor_of(request),
                channels=[Channel(name) for name in form.cleaned_data["channels"]],
                risk_classes=form.cleaned_data.get("risk_classes", ()),
            )
        messages.success(request, f"Saved for {queue}.")
        return redirect("reach")
    context = {"forms": forms, "queue": queue}
    status = 422 if request.method == "POST" else 200
    return render(request, "notifications/wishes.html", context, status=status)
