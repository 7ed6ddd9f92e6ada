"""Consumers read on from their own position, once each, in one piece."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from reviewapp.core import log_reading
from reviewapp.core.log_reading import consume, consume_all, lags
from reviewapp.core.models import Consumer
from reviewapp.core.services.seals import seal_events
from tests.core.logs import append, everything_settled

pytestmark = pytest.mark.django_db(transaction=True)


class Handled(list):
    """A handler that keeps the facts' `n` of what it was handed."""

    def __call__(self, events) -> None:
        self.extend(event.facts["n"] for event in events)


@pytest.fixture
def five() -> None:
    for n in range(5):
        append(n=n)
    everything_settled()


def test_a_consumer_reads_on_where_it_was(five):
    handled = Handled()
    assert consume("reader", handled, batch=3) == 3
    assert consume("reader", handled, batch=3) == 2
    assert consume("reader", handled, batch=3) == 0
    assert handled == [0, 1, 2, 3, 4]


def test_all_batches_are_handed_over_at_once(five):
    handled = Handled()
    assert consume_all("reader", handled, batch=2) == 5
    assert handled == [0, 1, 2, 3, 4]


def test_a_limit_of_batches_leaves_the_rest_for_the_next_run(five):
    handled = Handled()
    assert consume_all("reader", handled, batch=2, batches=2) == 4
    assert consume_all("reader", handled, batch=2, batches=2) == 1


def test_each_consumer_has_its_own_position(five):
    first, second = Handled(), Handled()
    consume("first", first)
    consume("second", second, batch=1)
    assert (len(first), len(second)) == (5, 1)


def test_a_failing_handler_leaves_position_and_writes_where_they_were(five):
    def handle(events) -> None:
        append_and_fail()

    with pytest.raises(RuntimeError):
        consume("reader", handle)
    assert Consumer.objects.get(name="reader").event_id == 0
    assert not Consumer.objects.filter(name="trace of the handler").exists()


def append_and_fail() -> None:
    Consumer.objects.create(name="trace of the handler")
    raise RuntimeError


def test_whoever_comes_second_gets_nothing(five):
    handling, go_on = threading.Event(), threading.Event()

    def slow(events) -> None:
        handling.set()
        assert go_on.wait(10)

    def work() -> None:
        consume("reader", slow)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    assert handling.wait(10)
    second = Handled()
    assert consume("reader", second) == 0
    go_on.set()
    worker.join()
    assert second == []


def test_eight_workers_handle_each_event_once(five):
    handled = Handled()

    def work() -> None:
        for _ in range(20):
            consume("reader", handled, batch=1)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert handled == [0, 1, 2, 3, 4]


def test_lag_counts_what_is_unread_and_how_old_it_is(five):
    consume("reader", Handled(), batch=2)
    later = timezone.now() + timedelta(seconds=90)
    by_name = {lag.name: lag for lag in lags(later)}
    assert by_name["reader"].events == 3
    assert 90 <= by_name["reader"].seconds < 200
    assert by_name["seals"].events == 5


def test_who_has_read_all_has_no_lag(five):
    consume_all("reader", Handled())
    seal_events()
    assert [(lag.events, lag.seconds) for lag in lags(timezone.now())] == [(0, 0)] * 2


def test_lag_is_not_counted_for_ever(five, monkeypatch):
    monkeypatch.setattr(log_reading, "LAG_COUNTED_TO", 2)
    assert [lag.events for lag in lags(timezone.now())] == [2]
