"""Queues as their leads look after them: limits, members, roster."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from queues.leading_forms import MemberForm, OpenQueueForm, QueueForm, ShiftForm
from queues.models import DutyShift, Queue
from queues.selectors.loads import with_load
from queues.services import queues as services
from queues.views.finding import person_of
from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.models import User
from reviewapp.core.permissions import Right


def _find(request: HttpRequest, slug: str) -> Queue:
    return get_object_or_404(Queue.objects.led_by(person_of(request)), slug=slug)


@access(Right.QUEUE_MANAGE)
@require_GET
def list_queues(request: HttpRequest) -> HttpResponse:
    queues = with_load(Queue.objects.led_by(person_of(request)), timezone.now())
    return render_page(request, "queues/list_queues.html", {"queues": queues})


@access(Right.QUEUE_MANAGE)
@require_http_methods(["GET", "POST"])
def open_queue(request: HttpRequest) -> HttpResponse:
    form = OpenQueueForm(posted(request))
    person, actor = person_of(request), actor_of(request)
    queue = save_form(
        form, lambda data: services.open_queue(person=person, actor=actor, **data)
    )
    if queue is None:
        return _render_form(request, form, "Open a queue")
    messages.success(request, f"{queue} is open.")
    return redirect("show_queue", queue.slug)


@access(Right.QUEUE_MANAGE)
@require_GET
def show_queue(request: HttpRequest, slug: str) -> HttpResponse:
    queue, now = _find(request, slug), timezone.now()
    context = {
        "queue": queue,
        "members": queue.members.order_by("name").prefetch_related("role_grants"),
        "shifts": queue.shifts.filter(ends_at__gt=now).select_related("person"),
        "now": now,
    }
    return render_page(request, "queues/show_queue.html", context)


@access(Right.QUEUE_MANAGE)
@require_http_methods(["GET", "POST"])
def change_queue(request: HttpRequest, slug: str) -> HttpResponse:
    queue = _find(request, slug)
    initial = {name: getattr(queue, name) for name in QueueForm.base_fields}
    form = QueueForm(posted(request), initial=initial)
    actor = actor_of(request)
    saved = save_form(
        form, lambda data: services.change_queue(queue, actor=actor, **data)
    )
    if saved is None:
        return _render_form(request, form, f"Change {queue}", queue=queue)
    messages.success(request, "Saved.")
    return redirect("show_queue", slug)


@access(Right.QUEUE_MANAGE)
@require_http_methods(["GET", "POST"])
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    queue = _find(request, slug)
    form = MemberForm(posted(request), queue=queue)
    actor = actor_of(request)
    added = save_form(
        form, lambda data: services.add_member(queue, data["person"], actor=actor)
    )
    if added is None:
        return _render_form(request, form, f"Add a reviewer to {queue}", queue=queue)
    messages.success(request, f"{added.person} reviews in {queue} now.")
    return redirect("show_queue", slug)


@access(Right.QUEUE_MANAGE)
@require_POST
def remove_member(request: HttpRequest, slug: str, person_id: int) -> HttpResponse:
    queue = _find(request, slug)
    person = get_object_or_404(User, pk=person_id, memberships__queue=queue)
    services.remove_member(queue, person, actor=actor_of(request))
    messages.success(request, f"{person} no longer reviews in {queue}.")
    # Whoever takes themselves out can no longer open the page they came from.
    if person == request.user:
        return redirect("list_queues")
    return redirect("show_queue", slug)


@access(Right.QUEUE_MANAGE)
@require_http_methods(["GET", "POST"])
def plan_shift(request: HttpRequest, slug: str) -> HttpResponse:
    queue = _find(request, slug)
    form = ShiftForm(posted(request), queue=queue)
    actor = actor_of(request)
    shift = save_form(
        form, lambda data: services.plan_shift(queue, actor=actor, **data)
    )
    if shift is None:
        return _render_form(request, form, f"Plan a shift in {queue}", queue=queue)
    messages.success(request, f"{shift.person} is on the roster.")
    return redirect("show_queue", slug)


@access(Right.QUEUE_MANAGE)
@require_POST
def cancel_shift(request: HttpRequest, slug: str, shift_id: int) -> HttpResponse:
    shift = get_object_or_404(DutyShift, pk=shift_id, queue=_find(request, slug))
    services.cancel_shift(shift, actor=actor_of(request))
    messages.success(request, "Taken off the roster.")
    return redirect("show_queue", slug)


def _render_form(
    request: HttpRequest, form: forms.Form, title: str, queue: Queue | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "title": title, "queue": queue}
    status = 422 if form.is_bound else 200
    return render_page(request, "queues/form.html", context, status=status)
