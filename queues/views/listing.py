"""What every page with a list of requests does before it is sent."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from queues.selectors.rows import RequestRow
from queues.services.openings import list_words
from queues.views.finding import person_of
from reviewapp.core.http import actor_of


def note_listed(request: HttpRequest, rows: Iterable[RequestRow], *, page: str) -> None:
    """Record whose words the person is about to see in a list."""
    list_words(
        [row.id for row in rows if row.has_words],
        page=page,
        person=person_of(request),
        actor=actor_of(request),
    )
