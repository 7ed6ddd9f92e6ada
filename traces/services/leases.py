"""Leases on raw batches: who digests what, and for how long nobody else does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import Error as DatabaseProblem
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from traces.models import Batch

_LEASE = timedelta(seconds=120)
# Where the database was away: soon enough, and no storm.
_AGAIN_AFTER = timedelta(seconds=5)
_LOCKED_FOR = timedelta(minutes=10)
# As much as is digested in half a second, and held in memory at once.
_MOST_BATCHES = 16
_MOST_SPANS = 1_000
_MOST_BYTES = 8 * 1024 * 1024


@transaction.atomic
def take_batches() -> list[Batch]:
    """Lease the oldest batches that nobody holds: a handful, for one transaction.

    One that was taken up before, and not brought to an end, comes by itself: what it
    breaks must break nothing else.
    """
    now = timezone.now()
    free = Batch.objects.filter(Q(taken_until=None) | Q(taken_until__lte=now))
    waiting = free.in_order().select_for_update(skip_locked=True).defer("sealed")
    taken = [batch.pk for batch in _handful(waiting[:_MOST_BATCHES])]
    if not taken:
        return []
    mine = Batch.objects.filter(pk__in=taken)
    mine.update(taken_until=now + _LEASE, attempts=F("attempts") + 1)
    return list(mine.in_order())


def give_back(batches: Sequence[Batch], problem: DatabaseProblem) -> None:
    """Let others take up what this lease holds, soon.

    That the database was away is no fault of a batch and counts as no attempt; that it
    gave up on one (a deadlock, a time limit) may be. Where it still is away, the lease
    runs out by itself.
    """
    counted = 0 if _is_away(problem) else 1
    with suppress(DatabaseProblem):
        Batch.objects.filter(
            pk__in=[batch.pk for batch in batches],
            taken_until=batches[0].taken_until,
        ).update(
            taken_until=timezone.now() + _AGAIN_AFTER,
            attempts=F("attempts") - 1 + counted,
        )


def put_off(batch: Batch) -> None:
    """Leave alone for a while what cannot be opened with the keys that are here."""
    until = timezone.now() + _LOCKED_FOR
    Batch.objects.filter(pk=batch.pk).update(taken_until=until, attempts=0)


def _is_away(problem: DatabaseProblem) -> bool:
    """True where the connection was lost or refused (SQLSTATE, PostgreSQL appendix A).

    A connection that fails has no state of its own.
    """
    state = getattr(problem.__cause__, "sqlstate", None)
    return state is None or state.startswith(("08", "53", "57P"))


def _handful(waiting: Iterable[Batch]) -> list[Batch]:
    taken: list[Batch] = []
    spans = size = 0
    for batch in waiting:
        spans, size = spans + batch.spans, size + batch.bytes
        is_too_much = batch.attempts or spans > _MOST_SPANS or size > _MOST_BYTES
        if taken and is_too_much:
            break
        taken.append(batch)
        if is_too_much:
            break
    return taken
