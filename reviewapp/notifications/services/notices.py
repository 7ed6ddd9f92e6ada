"""From the log to notices: pulled, so that no app below knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from queues.models import ActionRequest
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.log_reading import consume_all
from reviewapp.core.models import Event, User
from reviewapp.notifications.models import Call, Notice, Reach
from reviewapp.notifications.receivers import Receiver, receivers_of
from reviewapp.notifications.rules import OCCASION_OF, Channel, Occasion, call_at

READER = "notices"
_ACTOR = Actor.of_process("notices")


def read_log() -> int:
    """Turn new events into notices; return how many events were read."""
    return consume_all(READER, call_people)


def call_people(events: Sequence[Event]) -> None:
    """Tell each person concerned once per event; safe to run twice."""
    now = timezone.now()
    wanted = [event for event in events if event.verb in OCCASION_OF]
    asks = ActionRequest.objects.select_related("queue", "system").in_bulk(
        [event.subject_id for event in wanted]
    )
    by_id = {str(pk): ask for pk, ask in asks.items()}
    for event in wanted:
        ask = by_id.get(event.subject_id)
        if ask is not None:
            _call_for(ask, OCCASION_OF[event.verb], event, now)


def _call_for(
    ask: ActionRequest, occasion: Occasion, event: Event, now: datetime
) -> None:
    for receiver in receivers_of(ask, occasion, event, now):
        notice, made = Notice.objects.get_or_create(
            person=receiver.person,
            event_id=event.pk,
            defaults={
                "occasion": occasion,
                "ask": ask,
                "browser": Channel.BROWSER in receiver.channels,
                "made_at": now,
            },
        )
        if made:
            _send_out(notice, receiver, now)


def _send_out(notice: Notice, receiver: Receiver, now: datetime) -> None:
    outside = receiver.channels & {Channel.EMAIL, Channel.APPRISE}
    reach = Reach.objects.filter(person=receiver.person).first()
    due_at = call_at(
        now,
        receiver.person.time_zone,
        reach.quiet_from if reach else None,
        reach.quiet_to if reach else None,
        urgent=notice.occasion == Occasion.ESCALATION,
    )
    Call.objects.bulk_create(
        Call(notice=notice, channel=channel, due_at=due_at)
        for channel in sorted(outside)
        if channel != Channel.APPRISE or (reach and reach.apprise_sealed)
    )
    record_event(
        "notice.made",
        notice,
        actor=_ACTOR,
        facts={
            "person_id": receiver.person.pk,
            "occasion": notice.occasion,
            "request": str(notice.ask_id),
            "browser": notice.browser,
        },
    )


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
