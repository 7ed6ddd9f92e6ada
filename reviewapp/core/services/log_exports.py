"""Exports of the log leave a trace in it, before the first byte leaves."""

from __future__ import annotations

from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.digests import canonical_json, reference_digest
from reviewapp.core.events import record_event
from reviewapp.core.models import Event, User
from reviewapp.core.positions import BEGINNING, Position


@transaction.atomic
def export_log(*, actor: Actor, file_format: str, asked: dict[str, str]) -> Position:
    """Record an export and return how far it reaches; what comes later is not in it.

    Of the filter only the names of its fields are kept, and a keyed digest that tells
    two filters apart: their values may name people.
    """
    newest = Event.objects.newest_first().first()
    reach = newest.position if newest else BEGINNING
    facts = {
        "format": file_format,
        "filtered_by": sorted(asked),
        "filter_digest": reference_digest("filter", canonical_json(asked).decode()),
        "up_to": reach.encode(),
    }
    exporter = User(pk=actor.person_id)
    record_event("log.exported", exporter, actor=actor, facts=facts)
    return reach
