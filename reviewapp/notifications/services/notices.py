"""From the log to notices: pulled, so that no app below knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.models import ActionRequest
from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event, record_events
from reviewapp.core.log_reading import consume_all
from reviewapp.core.models import Event, User
from reviewapp.notifications.explanation_receivers import Releasers
from reviewapp.notifications.glass_receivers import Keepers
from reviewapp.notifications.models import Call, Notice, Reach
from reviewapp.notifications.receivers import Households, Receiver
from reviewapp.notifications.rules import (
    OCCASION_OF,
    OF_EXPLANATIONS,
    OF_OPENINGS,
    Channel,
    Occasion,
    call_at,
)
from traces.models import BreakGlass, Explanation

READER = "notices"
# The transaction of a batch holds every reader of the log back: it stays short.
_BATCH = 20
_ACTOR = Actor.of_process("notices")
_OUTSIDE = {Channel.EMAIL, Channel.APPRISE}


def read_log() -> int:
    """Turn new events into notices; return how many events were read."""
    return consume_all(READER, call_people, batch=_BATCH, batches=500)


@transaction.atomic
def call_people(events: Sequence[Event]) -> None:
    """Tell each person concerned once per event; safe to run twice."""
    now = timezone.now()
    occasions = [event for event in events if event.verb in OCCASION_OF]
    told = set(_told(occasions))
    new = [
        (notice, receiver)
        for notice, receiver in _notices(occasions, now)
        if (notice.person_id, notice.event_id) not in told
    ]
    Notice.objects.bulk_create(notice for notice, _ in new)
    Call.objects.bulk_create(_calls(new, now))
    record_events(
        "notice.made", [(notice, _facts(notice)) for notice, _ in new], actor=_ACTOR
    )


def _told(events: Sequence[Event]) -> Iterable[tuple[int, int]]:
    """Return person and event of the notices that an earlier reading made."""
    made = Notice.objects.filter(event_id__in=[event.pk for event in events])
    return made.values_list("person", "event_id")


def _notices(
    events: Sequence[Event], now: datetime
) -> Iterator[tuple[Notice, Receiver]]:
    by_kind: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_kind[_kind_of(OCCASION_OF[event.verb])].append(event)
    yield from _of_requests(by_kind["request"], now)
    if by_kind["opening"]:
        yield from _of_openings(by_kind["opening"], now)
    if by_kind["explanation"]:
        yield from _of_explanations(by_kind["explanation"], now)


def _kind_of(occasion: Occasion) -> str:
    if occasion in OF_OPENINGS:
        return "opening"
    return "explanation" if occasion in OF_EXPLANATIONS else "request"


def _of_requests(
    events: Sequence[Event], now: datetime
) -> Iterator[tuple[Notice, Receiver]]:
    asks = ActionRequest.objects.in_bulk([UUID(event.subject_id) for event in events])
    households = Households.of(asks.values(), now)
    for event in events:
        ask, occasion = asks.get(UUID(event.subject_id)), OCCASION_OF[event.verb]
        if ask is None:
            continue
        for receiver in households.receivers(ask, occasion, event):
            notice = _notice(event, receiver, now)
            notice.ask = ask
            yield notice, receiver


def _of_openings(
    events: Sequence[Event], now: datetime
) -> Iterator[tuple[Notice, Receiver]]:
    ids = [UUID(event.subject_id) for event in events]
    glasses = BreakGlass.objects.select_related("person").in_bulk(ids)
    keepers = Keepers.of_now(now)
    for event in events:
        glass = glasses[UUID(event.subject_id)]
        for receiver in keepers.receivers(glass, OCCASION_OF[event.verb]):
            notice = _notice(event, receiver, now)
            notice.glass = glass
            yield notice, receiver


def _of_explanations(
    events: Sequence[Event], now: datetime
) -> Iterator[tuple[Notice, Receiver]]:
    ids = [UUID(event.subject_id) for event in events]
    explanations = Explanation.objects.select_related("author").in_bulk(ids)
    releasers = Releasers.of_now()
    for event in events:
        explanation = explanations.get(UUID(event.subject_id))
        if explanation is None:
            continue
        for receiver in releasers.receivers(explanation, OCCASION_OF[event.verb]):
            notice = _notice(event, receiver, now)
            notice.explanation = explanation
            yield notice, receiver


def _notice(event: Event, receiver: Receiver, now: datetime) -> Notice:
    return Notice(
        person=receiver.person,
        event_id=event.pk,
        occasion=OCCASION_OF[event.verb],
        browser=Channel.BROWSER in receiver.channels,
        made_at=now,
    )


def _calls(notices: Sequence[tuple[Notice, Receiver]], now: datetime) -> Iterator[Call]:
    people = {receiver.person.pk for _, receiver in notices}
    found = Reach.objects.filter(person__in=people)
    reaches = {reach.person_id: reach for reach in found}
    for notice, receiver in notices:
        reach = reaches.get(receiver.person.pk)
        due_at = _due_at(notice, receiver, reach, now)
        for channel in sorted(receiver.channels & _OUTSIDE):
            if channel != Channel.APPRISE or (reach and reach.apprise_sealed):
                yield Call(notice=notice, channel=channel, due_at=due_at)


def _due_at(
    notice: Notice, receiver: Receiver, reach: Reach | None, now: datetime
) -> datetime:
    return call_at(
        now,
        receiver.person.time_zone,
        reach.quiet_from if reach else None,
        reach.quiet_to if reach else None,
        urgent=notice.occasion in (Occasion.ESCALATION, Occasion.GLASS_BROKEN),
    )


def _facts(notice: Notice) -> Facts:
    about = {
        "request": notice.ask_id,
        "opening": notice.glass_id,
        "explanation": notice.explanation_id,
    }
    return {
        "person_id": notice.person_id,
        "occasion": notice.occasion,
        "browser": notice.browser,
        **{kind: str(key) for kind, key in about.items() if key},
    }


@transaction.atomic
def see_notices(person: User, *, actor: Actor, notice: Notice | None = None) -> int:
    """Mark one notice, or all, as seen; return how many were new."""
    mine = Notice.objects.visible_to(person).unseen()
    if notice is not None:
        mine = mine.filter(pk=notice.pk)
    ids = list(mine.values_list("pk", flat=True))
    seen = mine.filter(pk__in=ids).update(seen_at=timezone.now())
    if seen:
        record_event("notices.seen", person, actor=actor, facts={"count": seen})
    return seen
