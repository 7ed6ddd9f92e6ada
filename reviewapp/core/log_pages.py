"""The log as people read it: newest first, by page or as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.apps import apps

from reviewapp.core.models import Event, Seal
from reviewapp.core.models.events import EventQuerySet
from reviewapp.core.naming import names_of
from reviewapp.core.paging import BadCursor, KeysetPage
from reviewapp.core.positions import Position
from reviewapp.core.problems import Invalid

PAGE = 50
_BATCH = 500
_OLDER, _NEWER = "older", "newer"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def page_of_log(
    events: EventQuerySet, cursor: str | None = None, limit: int = PAGE
) -> KeysetPage[Event]:
    """Return one page, newest first. Raises BadCursor.

    Compares positions as one value: unlike a disjunction over three columns, the
    index serves that on page 1,000 as on page 1.
    """
    way, position = _read(cursor) if cursor else (_OLDER, None)
    if position is None:
        rows = list(events.newest_first()[: limit + 1])
    elif way == _OLDER:
        rows = list(events.before(position).newest_first()[: limit + 1])
    else:
        rows = list(events.after(position).in_log_order()[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    if way == _NEWER:
        rows.reverse()
    has_newer, has_older = (more, True) if way == _NEWER else (position, more)
    return KeysetPage(
        rows,
        next=_write(_OLDER, rows[-1]) if rows and has_older else None,
        previous=_write(_NEWER, rows[0]) if rows and has_newer else None,
    )


async def all_of_log(events: EventQuerySet, up_to: Position) -> AsyncIterator[Event]:
    """Yield everything up to a position, newest first, a batch in memory at a time."""
    rows = await _batch(events.up_to(up_to))
    while rows:
        for event in rows:
            yield event
        rows = await _batch(events.before(rows[-1].position))


@sync_to_async
def _batch(events: EventQuerySet) -> list[Event]:
    return list(events.newest_first()[:_BATCH])


@dataclass(frozen=True, slots=True)
class ShownFact:
    name: str
    text: str

    @property
    def is_digest(self) -> bool:
        return _DIGEST.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One act, and what the system it concerns is called ("" if it concerns none)."""

    event: Event
    system: str

    @property
    def kind(self) -> str:
        """What the thing acted on is called."""
        return _kinds().get(self.event.subject_type, self.event.subject_type)

    @property
    def facts(self) -> list[ShownFact]:
        """What the row does not say already; what is not known is left out."""
        return [
            ShownFact(name.replace("_", " "), _text(value))
            for name, value in sorted(self.event.facts.items())
            if name != "system" and value not in (None, "", [], {})
        ]


def rows_of_log(events: list[Event]) -> list[LogRow]:
    """Return the events with the names of their systems, in one query."""
    ids = {event.system_id for event in events if event.system_id}
    names = names_of("system").of(ids) if ids else {}
    return [LogRow(event, _name(event.system_id, names)) for event in events]


@cache
def _kinds() -> dict[str, str]:
    models = apps.get_models()
    return {str(one._meta.model_name): str(one._meta.verbose_name) for one in models}


# Any: JSON.
def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)


def _name(system: UUID | None, names: Mapping[UUID, str]) -> str:
    return names.get(system, str(system)) if system else ""


@dataclass(frozen=True, slots=True)
class SealStatus:
    """The newest seal, and the last time somebody recomputed the chain."""

    seal: Seal | None
    verified: Event | None

    @property
    def is_broken(self) -> bool:
        return self.verified is not None and not self.verified.facts["whole"]


def seal_status() -> SealStatus:
    checks = Event.objects.filter(verb="log.verified").newest_first()
    seals = Seal.objects.order_by("-sequence").defer("rows")
    return SealStatus(seals.first(), checks.first())


def _write(way: str, event: Event) -> str:
    return f"{way}-{event.position.encode()}"


def _read(cursor: str) -> tuple[str, Position]:
    way, _, position = cursor.partition("-")
    if way not in (_OLDER, _NEWER):
        raise BadCursor
    try:
        return way, Position.decode(position)
    except Invalid:
        raise BadCursor from None
