"""Readings of where the time of runs goes: sums that would be slow to ask for live.

Counted anew for a whole day (UTC), in place of what was read of it before, so that it
may run twice, or be missed. Bulk figures, and no events.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.utils import timezone

from traces.models import TimeReading

_A_DAY = timedelta(days=1)
# The most a bigint holds: clocks tell what they like.
_MOST = 2**63 - 1
_SUMS = """
    SELECT t.system_id, k.key, least(sum(k.value::numeric), %(most)s), count(*)
      FROM traces_trace t, jsonb_each_text(t.time_ms) k
     WHERE t.started_at >= %(start)s AND t.started_at < %(end)s AND NOT t.synthetic
     GROUP BY t.system_id, k.key
"""


def read_times() -> int:
    """Read today and yesterday, whose runs may still grow; return for how many days."""
    today = timezone.now().date()
    for day in (today, today - _A_DAY):
        read_time(day)
    return 2


@transaction.atomic
def read_time(day: date) -> None:
    """Sum up the time of live runs that began on a day, by system and kind of span."""
    start = datetime.combine(day, time(), UTC)
    end = start + _A_DAY
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"start": start, "end": end, "most": _MOST})
        sums = cursor.fetchall()
    TimeReading.objects.filter(day=day).delete()
    TimeReading.objects.bulk_create(
        TimeReading(day=day, system_id=system, kind=kind, ms=ms, runs=runs)
        for system, kind, ms, runs in sums
    )
