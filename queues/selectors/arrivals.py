"""What came to a queue, as `queues/simulation.py` plays it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Avg, F, OuterRef, Subquery

from queues.models import ActionRequest, Claim, Queue
from queues.simulation import Arrival


def arrivals_of(queue: Queue, since: datetime) -> list[Arrival]:
    """Return the live requests that people were to answer, in order of arrival.

    Whatever was never decided took as long as the queue says that a review takes.
    """
    decided = Claim.objects.filter(ask=OuterRef("pk"), end=Claim.End.DECIDED)
    took = decided.values("ask").annotate(s=Avg(F("ended_at") - F("made_at")))
    came = ActionRequest.objects.for_people().filter(queue=queue, created_at__gte=since)
    asks = came.order_by("created_at", "id")
    rows = list(
        asks.annotate(took=Subquery(took.values("s"))).values_list(
            "created_at", "risk_class", "expires_at", "rank_at", "took"
        )
    )
    return [
        Arrival(
            number,
            at_s=(created_at - rows[0][0]).total_seconds(),
            risk_class=risk_class,
            review_s=queue.mean_review_s
            if took is None
            else max(1.0, took.total_seconds()),
            patience_s=(expires_at - created_at).total_seconds(),
            head_start_s=max(0.0, (expires_at - rank_at).total_seconds()),
        )
        for number, (created_at, risk_class, expires_at, rank_at, took) in enumerate(
            rows
        )
    ]
