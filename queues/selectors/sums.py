"""What a request adds up to, together with those before it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from queues.models import ActionRequest, Status
from queues.splitting import MOST_SUMMED, Split
from queues.submissions import Submission
from reviewapp.core.digests import reference_digest
from systems.models import System

# These came to nothing, and a look-alike shares the leave of another.
_CAME_TO_NOTHING = (
    Status.REJECTED,
    Status.ANSWERED,
    Status.EXPIRED,
    Status.WITHDRAWN,
    Status.VOIDED,
    Status.LAPSED,
)


def crossed_by(
    system: System, given: Submission, splits: Iterable[Split], now: datetime
) -> list[Split]:
    """Return the limits that are reached with this request."""
    return [
        split
        for split in concerning(given, splits)
        if _own(given, split) + _before(system, given, split, now) >= split.at_most
    ]


def concerning(given: Submission, splits: Iterable[Split]) -> list[Split]:
    """Return the limits on sums that the request adds to."""
    return [split for split in splits if _own(given, split)]


def hold_sums(system: System, given: Submission, splits: Iterable[Split]) -> None:
    """Let nobody else add to these sums until the transaction ends.

    Without it a hundred requests at the same moment would each be the first.
    """
    groups = {_name_of_group(system, given, split) for split in splits}
    with connection.cursor() as cursor:
        # In the same order everywhere: two who hold the same must not wait in a ring.
        for group in sorted(groups):
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [group]
            )


def _name_of_group(system: System, given: Submission, split: Split) -> str:
    if split.per == "tool":
        return f"sums of {system.pk} {given.tool}"
    subject = reference_digest("subject", given.subject_ref)
    return f"sums of {subject} {reference_digest('behalf', given.on_behalf_of)}"


def _own(given: Submission, split: Split) -> Decimal:
    """What the request adds by itself; 0: the limit does not concern it."""
    if split.per == "subject" and not given.subject_ref:
        return Decimal()
    if split.of == "calls":
        return Decimal(1)
    if split.of == "recipients":
        return Decimal(given.recipients or 0)
    return (
        (given.amount or Decimal()) if given.currency == split.currency else Decimal()
    )


def _before(system: System, given: Submission, split: Split, now: datetime) -> Decimal:
    """Return the sum of earlier requests, of the newest where they are very many."""
    asks = (
        ActionRequest.objects.filter(
            _group(system, given, split),
            created_at__gt=now - timedelta(seconds=split.within_s),
            synthetic=False,
            merged_into=None,
        )
        .exclude(status__in=_CAME_TO_NOTHING)
        .order_by("-created_at")
    )
    if split.of == "calls":
        return Decimal(asks[: int(split.at_most)].count())
    if split.of == "recipients":
        return _sum(asks.filter(recipients__gt=0), "recipients")
    return _sum(asks.filter(currency=split.currency), "amount")


def _group(system: System, given: Submission, split: Split) -> Q:
    if split.per == "tool":
        return Q(system=system, tool=given.tool)
    return Q(
        subject_digest=reference_digest("subject", given.subject_ref),
        behalf_digest=reference_digest("behalf", given.on_behalf_of),
    )


def _sum(asks: QuerySet[ActionRequest], column: str) -> Decimal:
    newest = asks.values("pk", column)[:MOST_SUMMED]
    total = newest.aggregate(total=Sum(column))["total"]
    return Decimal(total or 0)
