"""Find: from a customer's or conversation's reference to the runs behind it.

A reference stands in no address of ours: forms post it, and a help desk's link
(`/find?ref=…&support_ref=…`) is answered by a redirect, whatever came of it.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted
from reviewapp.core.http import actor_of, person_of, render_page
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Problem
from reviewapp.core.refusals import flat_errors
from traces.abouts import About
from traces.forms import FindForm
from traces.models import Trace
from traces.selectors.lists import ListFilter, list_traces
from traces.services.lookups import look_up
from traces.services.raises import name_reference

_NOTHING = "nothing"
# Of a ticket that was refused: enough to know it again.
_TOLD = 4


@access(Right.TRACE_FIND)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Open what stands behind a reference: the one run, or the list of them.

    A ticket named with it raises a support agent for the subject found.
    """
    person = person_of(request)
    if request.method != "POST" and "ref" in request.GET:
        return _follow_link(request, FindForm(request.GET, person=person))
    form = FindForm(posted(request), person=person)
    if not form.is_valid():
        found_nothing = _NOTHING in request.GET
        return _ask(request, form, found_nothing=found_nothing)
    address = _look(request, form)
    return redirect(address) if address else _ask(request, form, found_nothing=True)


def _follow_link(request: HttpRequest, form: FindForm) -> HttpResponse:
    """Answer a help desk's link, and never at its own address."""
    if not form.is_valid():
        messages.error(request, _wrong_in(form))
        return redirect("find")
    address = _look(request, form)
    return redirect(address or f"{reverse('find')}?{_NOTHING}")


def _wrong_in(form: FindForm) -> str:
    """Say which field of a link is wrong, without what stands in it."""
    if form.has_error("ref", "required"):
        return "The link names no reference: give it here."
    return " ".join(
        f"{form[name].label}: {text}"
        for name, texts in flat_errors(form.errors).items()
        for text in texts
    )


def _look(request: HttpRequest, form: FindForm) -> str:
    """Return the address of what was found, "" for nothing.

    A ticket that is refused lifts nobody, and hides nothing that the role reads.
    """
    person, actor = person_of(request), actor_of(request)
    about = About.of(form.cleaned_data["ref"])
    found = list_traces(person, ListFilter(about=about), timezone.now())
    newest = list(found.newest_first()[:2])
    look_up(about, len(newest), person=person, actor=actor)
    ticket = form.cleaned_data.get("support_ref", "")
    if newest and ticket:
        try:
            name_reference(newest[0], ticket, person=person, actor=actor)
        except Problem as problem:
            messages.warning(request, _refused(ticket, problem))
    return _address_of(newest, about)


def _address_of(newest: list[Trace], about: About) -> str:
    if len(newest) > 1:
        return f"{reverse('list_traces')}?{urlencode({'about': about.token})}"
    return reverse("show_trace", args=[newest[0].pk]) if newest else ""


def _refused(ticket: str, problem: Problem) -> str:
    """Say which ticket, and what to do. Its end alone: flashes travel in a cookie."""
    said = " ".join(problem.errors.get("support_ref", ())) or problem.detail
    return (
        f"Your ticket or case ending in “{ticket.strip()[-_TOLD:]}” was refused: {said}"
        " You see what your role reads. For more, name the right one on the run's page."
    )


def _ask(
    request: HttpRequest, form: FindForm, *, found_nothing: bool = False
) -> HttpResponse:
    status = 404 if found_nothing else 422 if form.is_bound else 200
    context = {"form": form, "asks": not found_nothing}
    return render_page(request, "traces/find.html", context, status=status)
