"""A form of the inventory on a page of its own."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse

from reviewapp.core.http import render_page
from systems.models import System


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
