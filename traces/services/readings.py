"""Readings for the costs page: aggregates that would be slow to ask for live.

Each is counted anew for a whole day (UTC) and replaces what was read of it before, so
that it may run twice, or be missed. They are bulk figures and no events.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from traces.models import (
    Feedback,
    KeepReason,
    Quarantined,
    RunReading,
    Segment,
    SpendReading,
    StorageReading,
    Stratum,
    ToolCall,
    Trace,
    Words,
)
from traces.retention import SAMPLED_AFTER, Gone, Kept, Why

# Counting bytes is one look at every row there is.
_STORAGE_EVERY = timedelta(hours=6)
_A_DAY = timedelta(days=1)
# The most a bigint holds: agents tell what they like.
_SPEND = """
    SELECT t.system_id, u.key, count(*),
           least(sum((u.value->>0)::numeric), %(most)s),
           least(sum((u.value->>1)::numeric), %(most)s),
           least(sum((u.value->>2)::numeric), %(most)s),
           least(sum((u.value->>3)::numeric), %(most)s),
           least(sum((u.value->>4)::numeric), %(most)s)
      FROM traces_trace t, jsonb_each(t.usage) u
     WHERE t.started_at >= %(start)s AND t.started_at < %(end)s AND NOT t.synthetic
     GROUP BY t.system_id, u.key
"""
_MOST = 2**63 - 1


def read_costs() -> int:
    """Read what is due, and return for how many days.

    Today and yesterday; and the day whose ordinary runs were sampled last, for how many
    of them kept their words.
    """
    now = timezone.now()
    today, sampled = now.date(), (now - SAMPLED_AFTER - _A_DAY).date()
    for day in (today, today - _A_DAY, sampled):
        read_spend(day)
        read_runs(day)
    newest = StorageReading.objects.order_by("-day", "-read_at").first()
    if newest is None or newest.read_at <= now - _STORAGE_EVERY:
        read_storage(now)
    return 3


@transaction.atomic
def read_spend(day: date) -> None:
    """Sum up the tokens of live runs that began on a day, by system and model."""
    start, end = _bounds(day)
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, {"start": start, "end": end, "most": _MOST})
        sums = cursor.fetchall()
    SpendReading.objects.filter(day=day).delete()
    SpendReading.objects.bulk_create(
        SpendReading(
            day=day,
            system_id=system,
            model=model,
            runs=runs,
            input=tokens[0],
            output=tokens[1],
            cache_read=tokens[2],
            cache_write=tokens[3],
            reasoning=tokens[4],
        )
        for system, model, runs, *tokens in sums
    )


@transaction.atomic
def read_runs(day: date) -> None:
    """Count the live runs that began on a day, by system and stratum."""
    start, end = _bounds(day)
    runs = Trace.objects.live().filter(started_at__gte=start, started_at__lt=end)
    counted = (
        runs.annotate(stratum=_stratum())
        .values("system", "stratum")
        .annotate(
            runs=Count("pk"),
            dropped=Count("pk", filter=Q(keeping__why_gone=Gone.SAMPLING)),
            told=Sum("cost_usd"),
        )
        .order_by()
    )
    readings = [
        RunReading(
            day=day,
            system_id=row["system"],
            stratum=row["stratum"],
            runs=row["runs"],
            kept=row["runs"] - row["dropped"],
            told_usd=row["told"],
        )
        for row in counted
    ]
    RunReading.objects.filter(day=day).delete()
    RunReading.objects.bulk_create(readings)


def _stratum() -> Case:
    """The first reason for which a run keeps its words, as sampling has them."""
    calls = ToolCall.objects.filter(trace=OuterRef("pk"), request_id__isnull=False)
    return Case(
        When(_asked(Why.FINDING), then=Value(Stratum.FINDING)),
        When(Q(failed=True) | Q(errors__gt=0), then=Value(Stratum.ERROR)),
        When(Exists(Feedback.objects.on_outer()), then=Value(Stratum.FEEDBACK)),
        When(_asked(Why.REQUEST) | Exists(calls), then=Value(Stratum.REQUEST)),
        When(_asked(Why.INCIDENT, Why.ASKED), then=Value(Stratum.ASKED)),
        default=Value(Stratum.ORDINARY),
    )


def _asked(*why: Why) -> Exists:
    return Exists(KeepReason.objects.filter(trace_key=OuterRef("pk"), why__in=why))


@transaction.atomic
def read_storage(now: datetime) -> None:
    """Count the bytes that are there now, by system and kind."""
    words = (
        Words.objects.values_list("segment__trace__system", "words")
        .annotate(
            total=Sum(Length("sealed") + Coalesce(Length("masks"), 0)),
            count=Count("segment"),
        )
        .order_by()
    )
    shapes = (
        Segment.objects.annotate(kind=Value(Kept.STRUCTURE))
        .values_list("trace__system", "kind")
        .annotate(total=Sum(Length("shape")), count=Count("pk"))
        .order_by()
    )
    letters = (
        Quarantined.objects.exclude(sealed=b"")
        .annotate(kind=Value(Kept.DEAD_LETTERS))
        .values_list(F("system"), "kind")
        .annotate(total=Sum(Length("sealed")), count=Count("pk"))
        .order_by()
    )
    readings = [
        StorageReading(
            day=now.date(),
            system_id=system,
            kind=kind,
            size=size,
            rows=rows,
            read_at=now,
        )
        for system, kind, size, rows in [*words, *shapes, *letters]
    ]
    StorageReading.objects.filter(day=now.date()).delete()
    StorageReading.objects.bulk_create(readings)


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), UTC)
    return start, start + _A_DAY
