"""How much waits in each queue, and who is there for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from queues.models import ActionRequest, DutyShift, Membership, Queue


def with_load(queues: QuerySet[Queue], now: datetime) -> QuerySet[Queue]:
    """Add `waiting` (live requests), `reviewers` and `on_duty` (people).

    Each is counted apart: joined, every request would be met with every person.
    """
    waiting = ActionRequest.objects.waiting().filter(synthetic=False)
    return queues.annotate(
        waiting=_count(waiting, "pk"),
        reviewers=_count(Membership.objects.all(), "person"),
        on_duty=_count(DutyShift.objects.on_at(now), "person"),
    )


# Any: rows of whatever points to a queue.
def _count(rows: QuerySet[Any], what: str) -> Coalesce:
    """Count the different values of a column in each queue, as a subquery."""
    counted = (
        rows.filter(queue=OuterRef("pk"))
        .order_by()
        .values("queue")
        .annotate(n=Count(what, distinct=True))
        .values("n")
    )
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
