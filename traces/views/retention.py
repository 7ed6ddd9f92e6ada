"""Retention by class and system, the share of ordinary runs, and destroying words."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.permissions import Right
from systems.models import System
from traces.access_forms import DestroyForm, RetentionForm, ShareForm
from traces.retention import DestroyReason, Kept
from traces.selectors.keeping import (
    gone_words_of,
    holds_on,
    retention_now,
    shares_by_system,
)
from traces.selectors.lists import title_of
from traces.selectors.retention import (
    changes_of_retention,
    retention_table,
    went_lately,
)
from traces.services.erasing import destroy_words as destroy
from traces.services.retention import set_keep_share as save_share
from traces.services.retention import set_retention as save_retention
from traces.views.access_tabs import tabs_for
from traces.views.finding import find_trace


@access(Right.ACCESS_SEE)
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    context = {
        "tabs": tabs_for(request),
        "table": retention_table(),
        "changes": changes_of_retention(),
        "went": went_lately(),
    }
    return render_page(request, "traces/retention.html", context)


@access(Right.RETENTION_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def set_retention(request: HttpRequest, kind: str) -> HttpResponse:
    """Set the days of one kind: in general, or of the system that the address names."""
    if kind not in Kept.values:
        raise Http404
    system, what = _system_in(request), Kept(kind)
    days = retention_now().days(what, system.pk if system else None)
    form = RetentionForm(posted(request), initial={"days": days})
    if system:
        form.fields["days"].help_text = "Empty: as in general."
    saved = save_form(
        form,
        lambda data: save_retention(
            what,
            data["days"],
            person=person_of(request),
            actor=actor_of(request),
            system=system,
        ),
    )
    if saved is None:
        title = f"{what.label}: how long"
        return _render_form(request, form, title, system)
    messages.success(request, "Saved. It holds from now on.")
    return redirect("retention")


@access(Right.RETENTION_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def set_keep_share(request: HttpRequest, slug: str) -> HttpResponse:
    system = get_object_or_404(System, slug=slug)
    shares = shares_by_system().get(system.pk)
    share = shares[-1].share if shares else 1.0
    form = ShareForm(posted(request), initial={"percent": round(share * 100, 4)})
    saved = save_form(
        form,
        lambda data: save_share(
            system,
            data["percent"] / 100,
            person=person_of(request),
            actor=actor_of(request),
        ),
    )
    if saved is None:
        return _render_form(request, form, "Which share of runs keeps words", system)
    messages.success(request, "Saved. It holds for runs that begin from now on.")
    return redirect("retention")


@access(Right.RETENTION_MANAGE, fresh=True)
@require_http_methods(["GET", "POST"])
def destroy_words(request: HttpRequest, trace_key: UUID) -> HttpResponse:
    trace = find_trace(request, trace_key)
    form = DestroyForm(posted(request))
    if form.is_valid():
        reason = DestroyReason(form.cleaned_data["reason"])
        destroy(trace, actor=actor_of(request), reason=reason)
        messages.success(request, "The words are destroyed; the shape stays.")
        return redirect("show_trace", trace.pk)
    context = {
        "form": form,
        "trace": trace,
        "title": title_of(trace),
        "holds": holds_on(trace),
        "gone": gone_words_of(trace),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "traces/destroy_words.html", context, status=status)


def _system_in(request: HttpRequest) -> System | None:
    slug = request.GET.get("system", "")
    return get_object_or_404(System, slug=slug) if slug else None


def _render_form(
    request: HttpRequest, form: forms.Form, title: str, system: System | None
) -> HttpResponse:
    context = {"form": form, "title": title, "system": system}
    status = 422 if form.is_bound else 200
    return render_page(request, "traces/retention_form.html", context, status=status)
