"""Raises that run now, for those who see accesses."""

from __future__ import annotations

from datetime import datetime

from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from traces.models import TierRaise

_MOST = 100


def running_raises(person: User, now: datetime) -> list[TierRaise]:
    """Return who is lifted by a request held, a reference or an incident, and how far.

    Newest first, at most a hundred; none for who does not see accesses.
    """
    if not person.has_right(Right.ACCESS_SEE):
        return []
    running = TierRaise.objects.filter(until__gt=now).select_related("person", "system")
    return list(running.order_by("-opened_at")[:_MOST])
