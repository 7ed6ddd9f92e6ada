"""What a person finds when they come: what waits, what presses, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from queues.models import ActionRequest, Queue
from queues.narrowing import ANYTHING, Narrowing
from queues.selectors.lists import ListFilter, Shown, count_of, list_requests
from queues.selectors.rows import PRESSING, RequestRow, rows_of_requests
from reviewapp.core.models import User
from reviewapp.core.permissions import Right

_SHOWN = 5
_OUTCOMES = 8
# The figures of a queue, in the order of QueueFigure; Any: counts, and a time.
_COUNTED = ("waiting", "free", "pressing", "escalated", "expires_at")
_NOTHING_WAITS: list[Any] = [0, 0, 0, 0, None]
_NEWS_OF = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class QueueFigure:
    """How one queue stands now. `free` can be claimed; `expires_at` is the nearest."""

    slug: str
    name: str
    waiting: int
    free: int
    pressing: int
    escalated: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one of my decisions; `is_new` since I was here before."""

    row: RequestRow
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class HomeBoard:
    """The home page of somebody who may see requests."""

    queues: list[QueueFigure]
    held: list[RequestRow]
    pressing: list[RequestRow]
    uncertain: list[RequestRow]
    uncertain_count: int
    outcomes: list[Outcome]
    waiting: int
    free: int
    may_decide: bool

    @property
    def pressing_count(self) -> int:
        return sum(figure.pressing for figure in self.queues)

    @property
    def rows(self) -> list[RequestRow]:
        """Every row of the board."""
        done = [outcome.row for outcome in self.outcomes]
        return [*self.held, *self.pressing, *self.uncertain, *done]

    @property
    def new_outcomes(self) -> int:
        return sum(outcome.is_new for outcome in self.outcomes)

    @property
    def new_words(self) -> str:
        return f"{self.new_outcomes} new since you were here"


@dataclass(frozen=True, slots=True)
class Prospect:
    """What `next` would find. Times are None where there is nothing to wait for.

    `free_elsewhere` counts what lies outside of a filter that leaves nothing to take.
    """

    free: int
    free_elsewhere: int
    held_by_others: int
    not_for_me: int
    wakes_at: datetime | None


def find_home(person: User, *, seen_at: datetime | None, now: datetime) -> HomeBoard:
    """Return the board. `seen_at`: when the person was here before, if ever."""
    queues = queue_figures(person, now)
    asks = {
        shown: _first(person, shown, now) for shown in (Shown.MINE, Shown.UNCERTAIN)
    }
    pressing = _pressing(person, now)
    done = _decided_by(person, now)
    rows = iter(
        rows_of_requests(
            [*asks[Shown.MINE], *pressing, *asks[Shown.UNCERTAIN], *done],
            person=person,
            now=now,
        )
    )
    held = [next(rows) for _ in asks[Shown.MINE]]
    soon = [next(rows) for _ in pressing]
    uncertain = [next(rows) for _ in asks[Shown.UNCERTAIN]]
    return HomeBoard(
        queues=queues,
        held=held,
        pressing=soon,
        uncertain=uncertain,
        uncertain_count=_count_uncertain(person, now, uncertain),
        outcomes=[_outcome(ask, next(rows), seen_at) for ask in done],
        waiting=sum(figure.waiting for figure in queues),
        free=sum(figure.free for figure in queues),
        may_decide=person.has_right(Right.REQUEST_DECIDE),
    )


def queue_figures(person: User, now: datetime) -> list[QueueFigure]:
    """Return how each queue of the person stands, most pressing first.

    Two queries, and the one that counts reads only what waits: what was ever decided
    costs nothing. Replayed requests are listed, and no part of a figure.
    """
    queues = Queue.objects.visible_to(person).values_list("pk", "slug", "name")
    waiting = ActionRequest.objects.waiting().filter(
        queue__in=[pk for pk, _, _ in queues], synthetic=False, available_at__lte=now
    )
    free = Q(held_until=None) | Q(held_until__lte=now)
    counted = (
        waiting.order_by()
        .values("queue")
        .annotate(
            waiting=Count("pk"),
            free=Count("pk", filter=free),
            pressing=Count("pk", filter=Q(expires_at__lt=now + PRESSING)),
            escalated=Count("pk", filter=Q(escalation_level__gt=0)),
            expires_at=Min("expires_at"),
        )
    )
    rows = counted.values_list("queue", *_COUNTED)
    by_queue = {pk: figures for pk, *figures in rows}
    figures = [
        QueueFigure(slug, name, *by_queue.get(pk, _NOTHING_WAITS))
        for pk, slug, name in queues
    ]
    return sorted(figures, key=lambda f: (f.expires_at is None, f.expires_at or now))


def find_prospect(
    person: User, now: datetime, within: Narrowing = ANYTHING
) -> Prospect:
    """Say what there is to take, and if nothing, when something will be."""
    everything = ActionRequest.objects.waiting().filter(
        queue__in=person.queues.all(), expires_at__gt=now
    )
    mine = everything.filter(**within.lookups)
    awake = mine.filter(available_at__lte=now)
    free = count_of(mine.free_at(now).decidable_by(person))
    held = count_of(awake.filter(held_until__gt=now).exclude(holder=person))
    deferred = mine.filter(available_at__gt=now)
    elsewhere = 0
    if within.is_narrow and not free:
        elsewhere = count_of(everything.free_at(now).decidable_by(person))
    return Prospect(
        free=free,
        free_elsewhere=elsewhere,
        held_by_others=held,
        not_for_me=max(0, count_of(awake) - free - held),
        wakes_at=deferred.aggregate(at=Min("available_at"))["at"],
    )


def _first(person: User, shown: Shown, now: datetime) -> list[ActionRequest]:
    asks = list_requests(person, ListFilter(show=shown), now)
    order = "-decided_at" if shown is Shown.UNCERTAIN else "rank_at"
    return list(asks.order_by(order, "id")[:_SHOWN])


def _pressing(person: User, now: datetime) -> list[ActionRequest]:
    """The first in the queue that are not in anybody's hands."""
    asks = list_requests(person, ListFilter(), now).free_at(now)  # type: ignore[attr-defined]
    return list(asks.order_by("rank_at", "id")[:_SHOWN])


def _count_uncertain(person: User, now: datetime, shown: Sequence[RequestRow]) -> int:
    if len(shown) < _SHOWN:
        return len(shown)
    return count_of(list_requests(person, ListFilter(show=Shown.UNCERTAIN), now))


def _decided_by(person: User, now: datetime) -> list[ActionRequest]:
    """Requests the person decided lately, those with the newest end first."""
    mine: QuerySet[ActionRequest] = (
        ActionRequest.objects.visible_to(person)
        .filter(decisions__person=person, decisions__closes=True)
        .filter(decided_at__gt=now - _NEWS_OF)
    )
    return list(
        mine.select_related("system", "queue", "holder", "deferred_by")
        .defer("contents_sealed")
        .order_by("-decided_at")[:_OUTCOMES]
    )


def _outcome(ask: ActionRequest, row: RequestRow, seen_at: datetime | None) -> Outcome:
    at = ask.closed_at or ask.decided_at or ask.created_at
    return Outcome(row, at, is_new=seen_at is not None and at > seen_at)
