"""The history of a request, from the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from queues.history import words_of
from queues.models import ActionRequest
from reviewapp.core.models import Event, User

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class HistoryLine:
    who: str
    words: str
    at: datetime


def history_of(
    ask: ActionRequest, *, after: datetime | None = None
) -> list[HistoryLine]:
    """Return what the log says of a request, newest first."""
    events = Event.objects.filter(
        subject_type=ask._meta.model_name, subject_id=str(ask.pk)
    ).order_by("-epoch", "-xact", "-id")
    if after is not None:
        events = events.filter(at__gt=after)
    shown = list(events[:_SHOWN])
    people = User.objects.in_bulk({event.person_id for event in shown} - {None})
    return [
        HistoryLine(
            who=str(people.get(event.person_id, event.actor_name)),
            words=words_of(event.verb, event.facts),
            at=event.at,
        )
        for event in shown
    ]


def changes_since_seen(
    ask: ActionRequest, *, person: User, version: int
) -> list[HistoryLine]:
    """Return what happened to a card after the person last saw `version` of it."""
    seen = (
        Event.objects.filter(
            subject_type=ask._meta.model_name,
            subject_id=str(ask.pk),
            verb="request.opened",
            person_id=person.pk,
            facts__version=version,
        )
        .order_by("-id")
        .first()
    )
    lines = history_of(ask, after=seen.at if seen else None)
    return [line for line in lines if not line.words.startswith("Opened")]
