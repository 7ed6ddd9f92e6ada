"""Reading the log in order, so that an event which commits late is never skipped.

A reader stands at a `Position` and takes what is settled after it. Long transactions
hold all readers back: `lags` says how far.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from reviewapp.core.models import Consumer, Event, Seal
from reviewapp.core.positions import BEGINNING, Position

Handler = Callable[[Sequence[Event]], None]

# Counting further would cost more than it tells.
LAG_COUNTED_TO = 10_000


def read_after(
    position: Position,
    limit: int,
    *,
    filters: Q | None = None,
    up_to: Position | None = None,
) -> list[Event]:
    """Return up to `limit` settled events after `position`, in log order."""
    events = Event.objects.settled().after(position)
    if filters is not None:
        events = events.filter(filters)
    if up_to is not None:
        events = events.up_to(up_to)
    return list(events.in_log_order()[:limit])


def newest_position() -> Position:
    """Return where a reader stands that has read all there is so far."""
    newest = Event.objects.settled().newest_first().first()
    return newest.position if newest else BEGINNING


def is_of_this_log(position: Position) -> bool:
    """False for a place in a log that was restored over, or set up anew.

    Events stay, so a reader's last one is there for ever.
    """
    if position == BEGINNING:
        return True
    epoch, xact, pk = position.epoch, position.xact, position.id
    return Event.objects.filter(epoch=epoch, xact=xact, pk=pk).exists()


def consume(name: str, handler: Handler, *, batch: int = 500) -> int:
    """Hand the reader `name` its next events; return how many.

    Handler and position move in one transaction, so what the handler wrote and how far
    it came never disagree; an error leaves both where they were. Two workers never
    handle the same batch: whoever comes second gets 0.
    """
    Consumer.objects.get_or_create(name=name)
    with transaction.atomic():
        reader = _hold(name)
        events = read_after(reader.position, batch) if reader else []
        if reader and events:
            handler(events)
            _move(reader, events[-1].position)
    return len(events)


def consume_all(
    name: str, handler: Handler, *, batch: int = 500, batches: int = 100
) -> int:
    """Hand over batch after batch until none is left, or `batches` were."""
    take = partial(consume, name, handler, batch=batch)
    total = 0
    for _ in range(batches):
        taken = take()
        total += taken
        if taken < batch:
            break
    return total


def _hold(name: str) -> Consumer | None:
    rows = Consumer.objects.select_for_update(skip_locked=True)
    return rows.filter(name=name).first()


def _move(reader: Consumer, position: Position) -> None:
    reader.epoch, reader.xact = position.epoch, position.xact
    reader.event_id = position.id
    reader.save(update_fields=["epoch", "xact", "event_id", "moved_at"])


@dataclass(frozen=True, slots=True)
class Lag:
    """How far behind one reader of the log is; `events` counts to LAG_COUNTED_TO."""

    name: str
    events: int
    seconds: float


def lags(now: datetime) -> list[Lag]:
    """Return every reader's lag, the sealer's among them."""
    readers = [(reader.name, reader.position) for reader in _readers()]
    newest_seal = Seal.objects.order_by("-sequence").defer("rows").first()
    readers.append(("seals", newest_seal.up_to if newest_seal else BEGINNING))
    return [_lag(name, position, now) for name, position in readers]


def _readers() -> Iterable[Consumer]:
    return Consumer.objects.order_by("name")


def _lag(name: str, position: Position, now: datetime) -> Lag:
    unread = Event.objects.after(position)
    oldest = unread.in_log_order().values_list("at", flat=True).first()
    if oldest is None:
        return Lag(name, 0, 0.0)
    seconds = max(0.0, (now - oldest).total_seconds())
    return Lag(name, unread[:LAG_COUNTED_TO].count(), seconds)
