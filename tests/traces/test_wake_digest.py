"""Waking the workers: now and then, and never at the cost of an export."""

import pytest
from kombu.exceptions import OperationalError
from redis.exceptions import ConnectionError as RedisGone

from tests.builders import make_key, make_system
from tests.traces.api.exporting import Exporter, partial
from tests.traces.otlp.bodies import span, traces_of
from traces.services import batches, ingest_keys
from traces.services.batches import _Wake


@pytest.fixture
def clock(monkeypatch):
    """Seconds of the monotonic clock, to be moved by hand."""
    now = [1000.0]
    monkeypatch.setattr(batches.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def sent(monkeypatch):
    """What was sent to the workers; a problem in `failing` is raised instead."""
    tasks = []

    def send_task(name, **options):
        tasks.append((name, options["queue"]))
        if failing:
            raise failing[0]

    failing: list[Exception] = []
    monkeypatch.setattr(batches.current_app, "send_task", send_task)
    return tasks, failing


def test_a_crowd_of_exports_wakes_once_in_a_while(clock, sent):
    tasks, _ = sent
    wake = _Wake()
    for _ in range(10):
        wake()
    assert tasks == [("traces.digest_batches", "ingest")]
    clock[0] += _Wake.EVERY_S
    wake()
    assert len(tasks) == 2


@pytest.mark.parametrize(
    "problem", [OperationalError("gone"), RedisGone("gone"), TimeoutError("slow")]
)
def test_a_redis_that_does_not_answer_is_left_alone_for_a_while(clock, sent, problem):
    tasks, failing = sent
    failing.append(problem)
    wake = _Wake()
    wake()
    clock[0] += _Wake.AFTER_FAILURE_S - 1
    wake()
    assert len(tasks) == 1
    clock[0] += 1
    wake()
    assert len(tasks) == 2


@pytest.mark.django_db(transaction=True)
def test_an_export_is_taken_all_the_same(sent, monkeypatch):
    tasks, failing = sent
    failing.append(OperationalError("gone"))
    monkeypatch.setattr(batches, "wake_digest", _Wake())
    ingest_keys.current.drop()
    exporter = Exporter(make_key(make_system(), scopes=["traces"])[1])
    assert partial(exporter.send(traces_of(span()))) == (0, "")
    assert len(tasks) == 1
