"""Whom an occasion calls, and by which channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from queues.models import ActionRequest, DutyShift, Status
from reviewapp.core.models import Event, User
from reviewapp.core.permissions import Right
from reviewapp.notifications.models import Wish
from reviewapp.notifications.rules import (
    DEFAULT_ARRIVAL_CLASSES,
    DEFAULT_CHANNELS,
    Channel,
    Occasion,
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person to call, and how."""

    person: User
    channels: frozenset[Channel]


def receivers_of(
    ask: ActionRequest, occasion: Occasion, event: Event, now: datetime
) -> list[Receiver]:
    """Return who is to be called now; nobody for what no longer needs anyone."""
    if not _still_matters(ask, occasion):
        return []
    people = _candidates(ask, occasion, event, now)
    wishes = {
        wish.person_id: wish
        for wish in Wish.objects.filter(
            queue=ask.queue, occasion=occasion, person__in=people
        )
    }
    chosen = (
        Receiver(person, _channels(wishes.get(person.pk), ask, occasion))
        for person in people
    )
    return [receiver for receiver in chosen if receiver.channels]


def _still_matters(ask: ActionRequest, occasion: Occasion) -> bool:
    """A replayed or simulated request calls nobody; neither does one already over."""
    if ask.synthetic or ask.merged_into_id is not None:
        return False
    wanted = Status.UNCERTAIN if occasion == Occasion.UNCERTAIN else Status.PENDING
    return ask.status == wanted


def _candidates(
    ask: ActionRequest, occasion: Occasion, event: Event, now: datetime
) -> list[User]:
    members = _members(ask)
    if occasion == Occasion.WOKE:
        return [who for who in members if who.pk == event.facts.get("person")]
    if occasion == Occasion.ESCALATION:
        return _up_the_ladder(ask, members, now)
    if occasion == Occasion.SECOND_APPROVAL:
        spoken = set(
            ask.decisions.filter(round=ask.round).values_list("person", flat=True)
        )
        return [who for who in members if who.pk not in spoken]
    return members


def _members(ask: ActionRequest) -> list[User]:
    """Those who may decide it: never who asked for it themselves."""
    people: Iterable[User] = ask.queue.members.filter(is_active=True).prefetch_related(
        "role_grants"
    )
    return [
        who
        for who in people
        if who.has_right(Right.REQUEST_DECIDE) and who.pk != ask.requester_id
    ]


def _up_the_ladder(
    ask: ActionRequest, members: list[User], now: datetime
) -> list[User]:
    """Who is on duty up to this level; without a roster the leads, else everyone."""
    on_duty = set(
        DutyShift.objects.on_at(now)
        .filter(queue=ask.queue, level__lte=ask.escalation_level)
        .values_list("person", flat=True)
    )
    called = [who for who in members if who.pk in on_duty]
    leads = [who for who in members if who.has_right(Right.CLAIM_TAKE_OVER)]
    return called or leads or members


def _channels(
    wish: Wish | None, ask: ActionRequest, occasion: Occasion
) -> frozenset[Channel]:
    classes = wish.risk_classes if wish else DEFAULT_ARRIVAL_CLASSES
    if occasion == Occasion.ARRIVAL and ask.risk_class not in classes:
        return frozenset()
    names = wish.channels if wish else DEFAULT_CHANNELS[occasion]
    return frozenset(Channel(name) for name in names)
