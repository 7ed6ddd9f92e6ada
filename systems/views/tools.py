"""Registering a tool, and saying what one does."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from reviewapp.core.access import access
from reviewapp.core.form_saving import posted, save_form
from reviewapp.core.http import actor_of
from reviewapp.core.permissions import Right
from systems.forms import NewToolForm, ToolForm
from systems.services import tools as services
from systems.views.finding import find_system, find_tool
from systems.views.rendering import render_form

_UNCONFIRMED = (
    "Seen in a request. Until somebody says what it does, it is treated as an"
    " irreversible write."
)


@access(Right.TOOL_MANAGE)
@require_http_methods(["GET", "POST"])
def register_tool(request: HttpRequest, slug: str) -> HttpResponse:
    system = find_system(request, slug)
    form = NewToolForm(posted(request))
    actor = actor_of(request)
    tool = save_form(
        form, lambda data: services.register_tool(system, actor=actor, **data)
    )
    if tool is None:
        title = f"Register a tool of {system}"
        return render_form(request, form, title, system=system, submit="Register")
    messages.success(request, f"{tool} is registered.")
    return redirect("show_system", slug)


@access(Right.TOOL_MANAGE)
@require_http_methods(["GET", "POST"])
def change_tool(request: HttpRequest, slug: str, tool_id: int) -> HttpResponse:
    tool = find_tool(request, slug, tool_id)
    form = ToolForm(posted(request), instance=copy(tool))
    actor = actor_of(request)
    changed = save_form(
        form, lambda data: services.change_tool(tool, actor=actor, **data)
    )
    if changed is not None:
        messages.success(request, f"{tool} is on record as you said.")
        return redirect("show_system", slug)
    return render_form(
        request,
        form,
        f"Tool {tool}",
        system=tool.system,
        note=_UNCONFIRMED if tool.inferred else "",
        submit="Confirm what it does" if tool.inferred else "Save",
    )
