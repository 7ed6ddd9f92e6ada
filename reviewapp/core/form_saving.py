"""From a posted form to a service and back: errors stand beside their fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, QueryDict

from reviewapp.core.problems import Invalid

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
        _take_errors(form, problem)
        return None


def _take_errors(form: forms.BaseForm, problem: Invalid) -> None:
    """Put a service's errors on the fields of their names, the rest above the form."""
    for name, texts in problem.errors.items():
        form.add_error(name if name in form.fields else None, list(texts))
