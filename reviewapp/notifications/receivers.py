"""Whom an occasion calls, and by which channels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from queues.models import ActionRequest, Decision, DutyShift, Membership, Status
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


@dataclass(frozen=True, slots=True)
class Households:
    """Everything that says whom some requests call, fetched once for all of them."""

    # By queue: who reviews there and may decide.
    members: Mapping[int, list[User]]
    # By queue: person and level of every shift that runs now.
    on_duty: Mapping[int, list[tuple[int, int]]]
    # By queue, occasion and person.
    wishes: Mapping[tuple[int, str, int], Wish]
    # Request, round and person of every decision.
    spoken: frozenset[tuple[str, int, int]]

    @classmethod
    def of(cls, asks: Collection[ActionRequest], now: datetime) -> Households:
        queues = {ask.queue_id for ask in asks}
        return cls(
            _members_of(queues), _on_duty_in(queues, now), _wishes_in(queues), _on(asks)
        )

    def receivers(
        self, ask: ActionRequest, occasion: Occasion, event: Event
    ) -> list[Receiver]:
        """Return who is to be called; nobody for what no longer needs anyone."""
        if not _still_matters(ask, occasion):
            return []
        chosen = (
            Receiver(person, self._channels(person, ask, occasion))
            for person in self._candidates(ask, occasion, event)
        )
        return [receiver for receiver in chosen if receiver.channels]

    def _candidates(
        self, ask: ActionRequest, occasion: Occasion, event: Event
    ) -> list[User]:
        # Nobody is called to decide what they asked for themselves.
        everyone = self.members.get(ask.queue_id, ())
        members = [who for who in everyone if who.pk != ask.requester_id]
        if occasion == Occasion.WOKE:
            return [who for who in members if who.pk == event.facts.get("person")]
        if occasion == Occasion.ESCALATION:
            return self._up_the_ladder(ask, members)
        if occasion == Occasion.SECOND_APPROVAL:
            key = (str(ask.pk), ask.round)
            return [who for who in members if (*key, who.pk) not in self.spoken]
        return members

    def _up_the_ladder(self, ask: ActionRequest, members: list[User]) -> list[User]:
        """Who is on duty up to this level; without a roster the leads, else all."""
        shifts = self.on_duty.get(ask.queue_id, ())
        on_duty = {pk for pk, level in shifts if level <= ask.escalation_level}
        called = [who for who in members if who.pk in on_duty]
        leads = [who for who in members if who.has_right(Right.CLAIM_TAKE_OVER)]
        return called or leads or members

    def _channels(
        self, person: User, ask: ActionRequest, occasion: Occasion
    ) -> frozenset[Channel]:
        wish = self.wishes.get((ask.queue_id, occasion, person.pk))
        classes = wish.risk_classes if wish else DEFAULT_ARRIVAL_CLASSES
        if occasion == Occasion.ARRIVAL and ask.risk_class not in classes:
            return frozenset()
        names = wish.channels if wish else DEFAULT_CHANNELS[occasion]
        return frozenset(Channel(name) for name in names)


def _still_matters(ask: ActionRequest, occasion: Occasion) -> bool:
    """A replayed or simulated request calls nobody; neither does one already over."""
    if ask.synthetic or ask.merged_into_id is not None:
        return False
    wanted = Status.UNCERTAIN if occasion == Occasion.UNCERTAIN else Status.PENDING
    return ask.status == wanted


def _members_of(queues: Collection[int]) -> dict[int, list[User]]:
    found = Membership.objects.filter(queue__in=queues, person__is_active=True)
    deciders = defaultdict(list)
    for membership in (
        found.select_related("person")
        .prefetch_related("person__role_grants")
        .order_by("person")
    ):
        if membership.person.has_right(Right.REQUEST_DECIDE):
            deciders[membership.queue_id].append(membership.person)
    return deciders


def _on_duty_in(
    queues: Collection[int], now: datetime
) -> dict[int, list[tuple[int, int]]]:
    shifts = DutyShift.objects.on_at(now).filter(queue__in=queues)
    on_duty = defaultdict(list)
    for queue, person, level in shifts.values_list("queue", "person", "level"):
        on_duty[queue].append((person, level))
    return on_duty


def _wishes_in(queues: Collection[int]) -> dict[tuple[int, str, int], Wish]:
    wishes = Wish.objects.filter(queue__in=queues)
    return {(wish.queue_id, wish.occasion, wish.person_id): wish for wish in wishes}


def _on(asks: Collection[ActionRequest]) -> frozenset[tuple[str, int, int]]:
    given = Decision.objects.filter(ask__in=[ask.pk for ask in asks])
    rows = given.values_list("ask", "round", "person")
    return frozenset((str(ask), round_, person) for ask, round_, person in rows)
