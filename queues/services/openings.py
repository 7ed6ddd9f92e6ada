"""Openings: who saw the words of a request. Recorded before the bytes leave."""

from __future__ import annotations

from django.db import transaction

from queues.models import ActionRequest
from queues.services.life import facts_of
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event


@transaction.atomic
def open_request(ask: ActionRequest, *, actor: Actor) -> None:
    """Record that a person is about to read a card, and which version of it.

    Every reading is recorded, not only the first: the log answers who saw what, when.
    """
    record_event(
        "request.opened",
        ask,
        actor=actor,
        facts=facts_of(ask) | {"version": ask.version},
    )
