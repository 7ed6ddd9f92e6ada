"""Readers see the log in order, and never miss what commits late."""

import threading

import pytest
from django.db import connection, connections, transaction

from reviewapp.core.log_reading import newest_position, read_after
from reviewapp.core.models import Event
from reviewapp.core.positions import BEGINNING
from tests.core.logs import (
    HeldTransaction,
    append,
    append_inside,
    eventually,
    everything_settled,
)

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 8
EVENTS_EACH = 60


def test_events_come_in_order_and_in_batches():
    written = [append(n=n).pk for n in range(5)]
    everything_settled()
    first = read_after(BEGINNING, 3)
    rest = read_after(first[-1].position, 3)
    assert [event.pk for event in first + rest] == written
    assert read_after(rest[-1].position, 3) == []


def test_what_commits_late_is_not_overtaken():
    """The early writer got the lower id and commits last; nobody reads past it."""
    held = HeldTransaction()
    late_id = held.result
    early = append("thing.finished").pk
    assert early not in [event.pk for event in read_after(BEGINNING, 10)]
    held.commit()
    everything_settled()
    assert [event.pk for event in read_after(BEGINNING, 10)] == [late_id, early]


def test_a_transaction_of_another_database_holds_nobody_back():
    with transaction.atomic(using="keys"), connections["keys"].cursor() as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        written = append()
        everything_settled()
        assert [event.pk for event in read_after(BEGINNING, 10)] == [written.pk]


def test_a_reader_beside_eight_writers_misses_nothing():
    seen: list[Event] = []
    writers = [threading.Thread(target=_write, args=(n,)) for n in range(WRITERS)]
    for writer in writers:
        writer.start()

    def read_on() -> bool:
        position = seen[-1].position if seen else BEGINNING
        seen.extend(read_after(position, 37))
        return len(seen) >= WRITERS * EVENTS_EACH

    eventually(read_on)
    for writer in writers:
        writer.join()
    assert [event.pk for event in seen] == list(
        Event.objects.in_log_order().values_list("pk", flat=True)
    )
    assert len({event.pk for event in seen}) == WRITERS * EVENTS_EACH


def test_the_newest_position_is_where_a_reader_has_read_all():
    append()
    everything_settled()
    assert read_after(newest_position(), 10) == []
    assert newest_position() == Event.objects.get().position


def test_an_empty_log_begins_at_the_beginning():
    assert newest_position() == BEGINNING


def test_reading_ends_where_it_is_told_to():
    events = [append() for _ in range(3)]
    everything_settled()
    second = Event.objects.get(pk=events[1].pk).position
    read = read_after(BEGINNING, 10, up_to=second)
    assert [event.pk for event in read] == [events[0].pk, events[1].pk]


def _write(writer: int) -> None:
    """Transactions of one to three events, that overlap with everybody else's."""
    written = 0
    while written < EVENTS_EACH:
        with transaction.atomic():
            for _ in range(min(1 + written % 3, EVENTS_EACH - written)):
                append_inside(writer=writer)
                written += 1
    connection.close()
