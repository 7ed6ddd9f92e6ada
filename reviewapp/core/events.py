"""Writing the log: one act, one event, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from reviewapp.core.actors import Actor
from reviewapp.core.live import bus
from reviewapp.core.models import Event

# Any: facts are JSON. Ids, digests, codes, figures and times as text; never words.
Facts = dict[str, Any]


class NotInTransaction(RuntimeError):
    """An event outside its act's transaction could stand for an act undone."""


def record_event(
    verb: str, subject: models.Model, *, actor: Actor, facts: Facts | None = None
) -> Event:
    """Append one event to the log and wake its readers after commit.

    `verb` is noun.past ("request.submitted"). `facts["queue"]` and `facts["system"]`
    (slug and id as text), where given, decide who hears of it live.
    """
    return record_events(verb, [(subject, facts or {})], actor=actor)[0]


def record_events(
    verb: str, acts: Iterable[tuple[models.Model, Facts]], *, actor: Actor
) -> list[Event]:
    """Append one event per subject, with its facts, in one statement."""
    if not connection.in_atomic_block:
        raise NotInTransaction(verb)
    drafts = [_draft(verb, subject, facts, actor) for subject, facts in acts]
    events = Event.objects.bulk_create(drafts)
    transaction.on_commit(lambda: _wake(events), robust=True)
    return events


def _draft(verb: str, subject: models.Model, facts: Facts, actor: Actor) -> Event:
    return Event(
        verb=verb,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        actor_kind=actor.kind,
        actor_name=actor.name,
        person_id=actor.person_id,
        system_id=actor.system_id or _system_of(facts),
        key_id=actor.key_id,
        credential=actor.credential,
        session=actor.session,
        on_behalf_of=actor.on_behalf_of,
        facts=facts,
    )


def _wake(events: Iterable[Event]) -> None:
    for event in events:
        bus.wake(event)


def _system_of(facts: Facts) -> UUID | None:
    """A person's act on an agent's request belongs to that agent's stream too."""
    system = facts.get("system")
    return UUID(system) if system else None
