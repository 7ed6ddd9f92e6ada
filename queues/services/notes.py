"""Notes between reviewers; agents never see them."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.models import Note
from queues.services.life import facts_of, lock_for_reviewer
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Invalid
from reviewapp.core.words import Keyring


@transaction.atomic
def add_note(ask_id: UUID, text: str, *, person: User, actor: Actor) -> Note:
    """Leave a note on a request, at any time of its life."""
    ask = lock_for_reviewer(ask_id, person)
    if not text.strip():
        raise Invalid({"text": ["Write something."]})
    note = Note.objects.create(
        ask=ask,
        person=person,
        text_sealed=Keyring.of([ask.pk]).seal(ask.pk, Note.LABEL, text),
        made_at=timezone.now(),
    )
    record_event(
        "request.noted", ask, actor=actor, facts=facts_of(ask) | {"note": note.pk}
    )
    return note
