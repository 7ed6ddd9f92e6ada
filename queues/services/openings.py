"""Openings: who saw the words of which requests. Recorded before the bytes leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.models import ActionRequest
from queues.services.life import facts_of
from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import Event, User
from traces.services.raises import Cause, allow_for_hold

_LISTED = "requests.listed"
# An open page is fetched again and again: what it showed so lately is no news.
_SAME_LOOK = timedelta(minutes=1)
_LATELY = 20
# The longest page of any list is the API's, with 100 rows.
_MOST_NAMED = 100


@transaction.atomic
def open_request(
    ask: ActionRequest, *, actor: Actor, beside: Collection[UUID] = ()
) -> None:
    """Record that a person is about to read a card, and which version of it.

    `beside`: other requests of which the card shows a summary. Every reading is
    recorded, not only the first: the log answers who saw what, when.
    """
    facts = facts_of(ask) | {"version": ask.version}
    if beside:
        facts["beside"] = sorted(map(str, set(beside)))
    record_event("request.opened", ask, actor=actor, facts=facts)


def open_run(ask: ActionRequest, *, person: User, actor: Actor) -> None:
    """Tell the trace of a request that the person holds it, if they do.

    Then they read there what was said and reasoned, masked, until the hold ends.
    """
    held_until = ask.held_until
    if held_until is None or held_until <= timezone.now():
        return
    if ask.trace_id and ask.holder_id == person.pk:
        cause = Cause(ask.system_id, ask.trace_id, ask.pk, held_until)
        allow_for_hold(cause, person, actor=actor)


@transaction.atomic
def list_words(
    shown: Collection[UUID], *, page: str, person: User, actor: Actor
) -> None:
    """Record that a person is about to see the summaries of these requests in a list.

    One event for the page; none where it shows no words, or nothing that the same page
    did not show this person within the last minute.
    """
    ids = {str(pk) for pk in shown}
    if not ids or _was_shown(ids, page, person):
        return
    facts = {"page": page, "count": len(ids), "requests": sorted(ids)[:_MOST_NAMED]}
    record_event(_LISTED, person, actor=actor, facts=facts)


def _was_shown(ids: set[str], page: str, person: User) -> bool:
    """Look among the person's last few events only: an index reads those at once."""
    since = timezone.now() - _SAME_LOOK
    lately = Event.objects.filter(person_id=person.pk).order_by(
        "-epoch", "-xact", "-id"
    )
    return any(
        _shows(event.facts, page) >= ids
        for event in lately[:_LATELY]
        if event.verb == _LISTED and event.at > since
    )


def _shows(facts: Facts, page: str) -> set[str]:
    return set(facts["requests"]) if facts["page"] == page else set()
