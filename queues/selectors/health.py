"""How a queue does: what comes, what goes, who waits, and how many people it takes.

Measured on live requests that people were to answer: replays, look-alikes that were
merged into another, and what policy answered by itself are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from django.db.models import Avg, Count, F, Max, Min, QuerySet

from queues.health import Burn, ClassLine, Health, Pressing
from queues.models import ActionRequest, Claim, Queue, Status
from queues.risk import RiskClass
from queues.staffing import (
    MOST_REVIEWERS,
    Forecast,
    Load,
    arrivals_between,
    backlog_expected,
    drain_s,
    erlang_a,
    late_among,
    reviewers_needed,
)
from queues.stays import (
    HOUR,
    Left,
    Stay,
    burn_rate,
    intervals_of,
    mean_backlog,
    share_run_out,
    step_for,
)
from queues.waits import quantiles

WINDOW = timedelta(hours=24)
# Who decided nothing for longer is not at work here.
AT_WORK = timedelta(minutes=30)
# So many of those that wait are shown, and reckoned with.
_SHOWN, _RECKONED = 5, 2_000
# More would make the page slow and no figure better.
MOST_STAYS = 20_000
# Fewer reviews tell nothing of how long one takes.
_FEWEST_REVIEWS = 20
# A queue that has just begun is measured over no less.
_SHORTEST = timedelta(minutes=5)
_SHARES = (0.5, 0.9, 0.99)


def health_of(queue: Queue, now: datetime) -> Health:
    """Return how a queue does; seven queries."""
    stays = _stays(queue, now)
    since = _since(stays, now)
    step = step_for(since, now)
    waits = [stay.wait_at(since, now) for stay in stays]
    review_s, is_measured = _review_s(queue, since)
    load = _load(stays, since, now, review_s)
    standing = _asks(queue).filter(status=Status.PENDING)
    waiting = standing.aggregate(
        n=Count("pk"), oldest=Min("created_at"), last=Max("expires_at")
    )
    at_work = _at_work(queue, now)
    objective = queue.objective / 100
    needed = reviewers_needed(load, 1 - objective)
    pressing = list(_pressing(standing))
    left = [(one.expires_at - now).total_seconds() for one in pressing]
    lately = now - min(HOUR, now - since)
    return Health(
        since=since,
        now=now,
        waiting=waiting["n"],
        oldest_at=waiting["oldest"],
        intervals=intervals_of(stays, since, now, step),
        step=step,
        classes=list(_classes(stays, since, now)),
        waits=quantiles(waits, _SHARES),
        longest_s=max((wait.seconds for wait in waits), default=0.0),
        load=load,
        is_measured=is_measured,
        at_work=at_work,
        forecasts=_forecasts(load, needed, at_work),
        needed=needed,
        at_most=_at_most(stays, since, now, load, 1 - objective),
        pressing=pressing[:_SHOWN],
        late=late_among(left, at_work, load.review_s),
        last_at=waiting["last"],
        came=sum(stay.arrived_at >= lately for stay in stays),
        went=sum(bool(stay.left_at and stay.left_at >= lately) for stay in stays),
        drain_s=drain_s(load, at_work, waiting["n"]) if at_work else None,
        backlog=mean_backlog(stays, since, now),
        expected=_expected(load, stays, since, now),
        burn=_burn(stays, since, now, objective),
        ran_out=share_run_out(stays, since, now),
        ran_out_lately=share_run_out(stays, now - HOUR, now),
        allowed=1 - objective,
    )


def _asks(queue: Queue) -> QuerySet[ActionRequest]:
    return ActionRequest.objects.for_people().filter(queue=queue)


def _stays(queue: Queue, now: datetime) -> list[Stay]:
    """Return all that was in the queue at any time of the window, oldest first."""
    start = now - WINDOW
    asks = _asks(queue)
    came = asks.filter(created_at__gte=start)
    left = asks.filter(created_at__lt=start, decided_at__gte=start)
    still = asks.filter(created_at__lt=start, status=Status.PENDING)
    columns = ("created_at", "decided_at", "expires_at", "status", "risk_class")
    rows = [
        row
        for part in (came, left, still)
        for row in part.order_by("-created_at").values_list(*columns)[:MOST_STAYS]
    ]
    return sorted((_stay(*row) for row in rows), key=attrgetter("arrived_at"))


def _stay(
    created_at: datetime,
    decided_at: datetime | None,
    expires_at: datetime,
    status: str,
    risk_class: str,
) -> Stay:
    patience_s = (expires_at - created_at).total_seconds()
    left = _left(status, decided_at, expires_at) if decided_at else None
    return Stay(created_at, decided_at, left, risk_class, patience_s)


def _left(status: str, decided_at: datetime, expires_at: datetime) -> Left:
    if status == Status.WITHDRAWN and decided_at < expires_at:
        return Left.GIVEN_UP
    return Left.RAN_OUT if decided_at >= expires_at else Left.ANSWERED


def _since(stays: Sequence[Stay], now: datetime) -> datetime:
    """Return from when on all is known: a young queue has no day behind it."""
    begun = stays[0].arrived_at if stays else now
    start = now - WINDOW
    if len(stays) >= MOST_STAYS:
        start = max(start, stays[-MOST_STAYS].arrived_at)
    return min(max(begun, start), now - _SHORTEST)


def _review_s(queue: Queue, since: datetime) -> tuple[float, bool]:
    """Return the seconds a review takes, and whether they were measured."""
    reviews = Claim.objects.filter(
        ask__queue=queue,
        ask__synthetic=False,
        end=Claim.End.DECIDED,
        ended_at__gte=since,
    ).aggregate(mean=Avg(F("ended_at") - F("made_at")), n=Count("pk"))
    if reviews["n"] < _FEWEST_REVIEWS:
        return float(queue.mean_review_s), False
    return max(1.0, reviews["mean"].total_seconds()), True


def _load(
    stays: Sequence[Stay], since: datetime, now: datetime, review_s: float
) -> Load:
    came = [stay for stay in stays if stay.arrived_at >= since]
    patience = [stay.patience_s for stay in came]
    return Load(
        arrivals=len(came) / (now - since).total_seconds(),
        review_s=review_s,
        patience_s=sum(patience) / len(patience) if patience else HOUR.total_seconds(),
    )


def _pressing(standing: QuerySet[ActionRequest]) -> Iterator[Pressing]:
    columns = ("pk", "tool", "risk_class", "expires_at")
    for row in standing.order_by("expires_at").values_list(*columns)[:_RECKONED]:
        yield Pressing(*row)


def _at_most(
    stays: Sequence[Stay],
    since: datetime,
    now: datetime,
    load: Load,
    allowed: float,
) -> Forecast | None:
    came = sum(stay.arrived_at >= since for stay in stays)
    _, most = arrivals_between(came, (now - since).total_seconds())
    return reviewers_needed(replace(load, arrivals=most), allowed)


def _expected(
    load: Load, stays: Sequence[Stay], since: datetime, now: datetime
) -> float | None:
    """Return the backlog by Little's law; None before anything has left."""
    ended = [
        (stay.left_at - stay.arrived_at).total_seconds()
        for stay in stays
        if stay.left_at is not None and since <= stay.left_at < now
    ]
    if not ended:
        return None
    return backlog_expected(load.arrivals, sum(ended) / len(ended))


def _at_work(queue: Queue, now: datetime) -> int:
    """Count the people who decided something here lately."""
    claims = Claim.objects.filter(
        ask__queue=queue,
        ask__synthetic=False,
        end=Claim.End.DECIDED,
        ended_at__gte=now - AT_WORK,
    )
    found: dict[str, Any] = claims.aggregate(n=Count("person", distinct=True))
    return int(found["n"])


def _classes(
    stays: Sequence[Stay], since: datetime, now: datetime
) -> Iterator[ClassLine]:
    of_class: dict[str, list[Stay]] = defaultdict(list)
    for stay in stays:
        of_class[stay.risk_class].append(stay)
    for risk_class in RiskClass.values:
        if mine := of_class.get(risk_class):
            yield _class_line(risk_class, mine, since, now)


def _class_line(
    risk_class: str, stays: Sequence[Stay], since: datetime, now: datetime
) -> ClassLine:
    ended = [stay.left for stay in stays if stay.left_at and stay.left_at >= since]
    return ClassLine(
        risk_class,
        arrived=sum(stay.arrived_at >= since for stay in stays),
        answered=ended.count(Left.ANSWERED),
        ran_out=ended.count(Left.RAN_OUT),
        waiting=sum(stay.left_at is None for stay in stays),
        waits=quantiles([stay.wait_at(since, now) for stay in stays], _SHARES[:2]),
    )


def _forecasts(load: Load, needed: Forecast | None, at_work: int) -> list[Forecast]:
    """Return what those at work make of it, and as many as needed, and one more."""
    if not load.arrivals:
        return []
    enough = needed.reviewers if needed else MOST_REVIEWERS
    told = {at_work, enough, at_work + 1, enough + 1, enough - 1}
    numbers = {number for number in told if 1 <= number <= MOST_REVIEWERS}
    return [erlang_a(load, number) for number in sorted(numbers)]


def _burn(
    stays: Sequence[Stay], since: datetime, now: datetime, objective: float
) -> Burn:
    return Burn(
        hour=burn_rate(share_run_out(stays, now - HOUR, now), objective),
        window=burn_rate(share_run_out(stays, since, now), objective),
    )
