"""The tabs of the Access pages: openings, who saw what, retention, holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from reviewapp.core.http import person_of
from reviewapp.core.permissions import Right

_TABS = (
    ("list_openings", "Break-glass"),
    ("who_saw", "Who saw it"),
    ("retention", "Retention"),
    ("preservations", "Holds"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    url: str
    label: str
    current: bool


def tabs_for(request: HttpRequest) -> list[Tab]:
    """Return the tabs; none for who comes for openings alone, and has one page."""
    if not person_of(request).has_right(Right.ACCESS_SEE):
        return []
    here = request.resolver_match.url_name if request.resolver_match else ""
    return [Tab(reverse(name), label, name == here) for name, label in _TABS]
