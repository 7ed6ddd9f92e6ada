"""From a posted form to a service and back: errors stand beside their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

from reviewapp.core.http import render_page
from reviewapp.core.problems import Invalid
from systems.forms import take_errors
from systems.models import System

Result = TypeVar("Result")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to. Not `request.POST or None`: an empty post is a post."""
    return request.POST if request.method == "POST" else None


def save_form(
    form: forms.BaseForm, act: Callable[[dict[str, Any]], Result]
) -> Result | None:
    """Do what a form asks for; None, with errors beside its fields, if it cannot be.

    `act` calls a service with the form's cleaned data. Any: a form's values.
    """
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Invalid as problem:
        take_errors(form, problem)
        return None


def render_form(
    request: HttpRequest,
    form: forms.BaseForm,
    title: str,
    *,
    system: System | None = None,
    note: str = "",
    submit: str = "Save",
) -> HttpResponse:
    """Render a form on a page of its own; 422 where it was refused."""
    context = {
        "form": form,
        "title": title,
        "note": note,
        "system": system,
        "submit": submit,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "systems/form.html", context, status=status)
