"""The lists of requests: what is shown, in which order, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from queues.models import ActionRequest, Status
from queues.narrowing import Narrowing
from reviewapp.core.models import User

# A count beyond this is shown as "999+": nobody acts on the difference.
COUNTED = 999


class Shown(StrEnum):
    """Which part of the life of requests a list shows."""

    WAITING = "waiting"
    MINE = "mine"
    DEFERRED = "deferred"
    UNCERTAIN = "uncertain"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class ListFilter(Narrowing):
    """What the address of a list says. `show` may be a status too."""

    show: Shown | Status = Shown.WAITING


def list_requests(
    person: User, wanted: ListFilter, now: datetime
) -> QuerySet[ActionRequest]:
    """Return the requests of a list, not yet ordered (see `order_of`).

    Contents stay behind: they may be 256 KiB each, and a row shows the headline.
    """
    visible = ActionRequest.objects.visible_to(person)
    shown = _part(visible, wanted.show, person, now)
    beside = ("system", "queue", "holder", "deferred_by")
    narrowed = shown.filter(**wanted.lookups)
    return narrowed.select_related(*beside).defer("contents_sealed")


def _part(
    asks: QuerySet[ActionRequest], show: Shown | Status, person: User, now: datetime
) -> QuerySet[ActionRequest]:
    waiting = {"status": Status.PENDING, "merged_into": None}
    match show:
        case Status.PENDING:
            return asks.filter(**waiting)
        case Status():
            return asks.filter(status=show)
        case Shown.WAITING:
            return asks.filter(**waiting, available_at__lte=now)
        case Shown.MINE:
            return asks.filter(**waiting, holder=person, held_until__gt=now)
        case Shown.DEFERRED:
            return asks.filter(**waiting, available_at__gt=now)
        case Shown.UNCERTAIN:
            return asks.filter(status=Status.UNCERTAIN)
        case Shown.DECIDED:
            return asks.filter(decided_at__isnull=False)


def order_of(show: Shown | Status) -> Sequence[str]:
    """The order of a list as columns that are never NULL, the last one unique."""
    if isinstance(show, Status) and show is not Status.PENDING:
        return ("-created_at", "-id")
    if show in (Shown.UNCERTAIN, Shown.DECIDED):
        return ("-decided_at", "-id")
    if show is Shown.DEFERRED:
        return ("available_at", "id")
    return ("rank_at", "id")


def count_of(asks: QuerySet[ActionRequest]) -> int:
    """Count no further than `COUNTED` + 1."""
    return asks.order_by()[: COUNTED + 1].count()


def count_words(number: int) -> str:
    return f"{COUNTED}+" if number > COUNTED else str(number)
