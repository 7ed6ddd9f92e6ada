"""Looking runs up by whom they are about is an act, found or not."""

from __future__ import annotations

from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from traces.abouts import About


@transaction.atomic
def look_up(about: About, found: int, *, person: User, actor: Actor) -> None:
    """Record that somebody looked a person or conversation up; `found` on this page.

    Both digests are told, since whoever pastes a reference need not say what it is of.
    """
    facts = {
        "subject": about.subject,
        "conversation": about.conversation,
        "found": found,
    }
    record_event("traces.looked_up", person, actor=actor, facts=facts)
