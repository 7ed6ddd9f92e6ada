"""Raises: who is lifted now, by which ticket, and how often a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db.models import Count
from django.db.models.functions import TruncDate

from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.words import Keyring, WordsDamaged
from traces.models import TierRaise, Trace
from traces.tiers import RaiseKind

_MOST = 100
# Days and people of the table of tickets; the log has all of them.
_DAYS, _MOST_DAYS = 30, 60
log = structlog.get_logger(__name__)


def running_raises(person: User, now: datetime) -> list[TierRaise]:
    """Return who is lifted by a request held, a reference or an incident, and how far.

    Newest first, at most a hundred; none for who does not see accesses.
    """
    if not person.has_right(Right.ACCESS_SEE):
        return []
    running = TierRaise.objects.filter(until__gt=now).select_related("person", "system")
    return list(running.order_by("-opened_at")[:_MOST])


def ticket_named(trace: Trace, person: User, now: datetime) -> str:
    """Return the ticket or case that the person named for this trace and runs by now.

    Their own word, told back to them; empty where there is none, or it is unreadable.
    """
    running = TierRaise.objects.running(person, now).filter(kind=RaiseKind.REFERENCE)
    raises = running.exclude(reference_sealed=None).order_by("-until")
    raised = next((one for one in raises if one.covers(trace)), None)
    if raised is None or raised.reference_sealed is None:
        return ""
    keyring = Keyring.of([raised.trace_key])
    if not keyring.has(raised.trace_key):
        return ""
    try:
        ticket: str = keyring.open(
            raised.trace_key, TierRaise.LABEL, raised.reference_sealed
        )
    except WordsDamaged:  # sealed with another key: older ones were restored
        log.error("words.damaged", trace=str(raised.trace_key), what="ticket")
        return ""
    return ticket


@dataclass(frozen=True, slots=True)
class TicketDay:
    """How many tickets one person named for the first time on one day."""

    day: date
    person: str
    tickets: int


def tickets_by_day(person: User, now: datetime) -> list[TicketDay]:
    """Return how often tickets were named in the last 30 days, newest day first.

    Whoever names very many reads a lot of people: that is what a reviewer looks for.
    """
    if not person.has_right(Right.ACCESS_SEE):
        return []
    named = TierRaise.objects.filter(
        kind=RaiseKind.REFERENCE, opened_at__gt=now - timedelta(days=_DAYS)
    )
    rows = (
        named.annotate(day=TruncDate("opened_at"))
        .values_list("day", "person")
        .annotate(tickets=Count("pk"))
        .order_by("-day", "-tickets", "person")[:_MOST_DAYS]
    )
    people = User.objects.in_bulk({one for _, one, _ in rows})
    return [TicketDay(day, str(people[one]), number) for day, one, number in rows]


def raises_by_ticket(digest: str, person: User) -> Sequence[TierRaise]:
    """Return who named a ticket and for which system, newest first; by its digest."""
    if not person.has_right(Right.ACCESS_SEE):
        return []
    named = TierRaise.objects.filter(kind=RaiseKind.REFERENCE, reference_digest=digest)
    return list(named.select_related("person", "system").order_by("-opened_at")[:_MOST])
