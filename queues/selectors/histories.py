"""The history of a request, from the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from queues.history import words_of
from queues.models import ActionRequest
from reviewapp.core.models import Event, User

_SHOWN = 40
_READING = "request.opened"


@dataclass(frozen=True, slots=True)
class HistoryLine:
    who: str
    words: str
    at: datetime


def history_of(ask: ActionRequest) -> list[HistoryLine]:
    """Return what the log says of a request, newest first."""
    return _lines(_events_of(ask))


def changes_since_seen(
    ask: ActionRequest, *, person: User, version: int
) -> list[HistoryLine]:
    """Return what happened to a card after the person last saw `version` of it.

    That somebody reads it changes nothing.
    """
    events = _events_of(ask)
    seen = events.filter(
        verb=_READING, person_id=person.pk, facts__version=version
    ).first()
    since = events.exclude(verb=_READING)
    return _lines(since.filter(at__gt=seen.at) if seen else since)


def _events_of(ask: ActionRequest) -> QuerySet[Event]:
    return Event.objects.filter(
        subject_type=ask._meta.model_name, subject_id=str(ask.pk)
    ).order_by("-epoch", "-xact", "-id")


def _lines(events: QuerySet[Event]) -> list[HistoryLine]:
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
