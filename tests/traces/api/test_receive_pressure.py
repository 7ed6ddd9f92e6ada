"""Under pressure exporters are sent away for a moment, never with 429."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.traces.api.exporting import JSON, PROTOBUF, partial, refusal
from tests.traces.otlp.bodies import as_json, span, traces_of
from traces.models import Batch
from traces.selectors.backlog import Backlog, RecentBacklog, backlog, recent_backlog

pytestmark = pytest.mark.django_db
UNAVAILABLE = 14
BODY = traces_of(span())


def fill(exporter, count: int, age_s: float = 0) -> None:
    """Let batches wait; the first of them for so long."""
    for _ in range(count):
        assert partial(exporter.send(BODY)) == (0, "")
    oldest = Batch.objects.in_order()[:1].values("pk")
    arrived = timezone.now() - timedelta(seconds=age_s)
    Batch.objects.filter(pk__in=oldest).update(waiting_since=arrived)
    recent_backlog.forget()


@pytest.mark.parametrize(
    ("batches", "age_s", "retry_after"),
    [(2, 0, "1"), (4, 0, "2"), (6, 0, "3"), (8, 0, "3"), (1, 61, "1"), (1, 600, "3")],
)
def test_too_many_or_too_old(exporter, settings, batches, age_s, retry_after):
    fill(exporter, batches, age_s)
    settings.INGEST_MOST_WAITING, settings.INGEST_OLDEST_WAITING_S = 2, 60
    for wire, body in ((PROTOBUF, BODY), (JSON, as_json(BODY))):
        answer = exporter.send(body, wire)
        assert (answer.status_code, answer["Content-Type"]) == (503, wire)
        assert refusal(answer) == (UNAVAILABLE, "backlog_full")
        assert answer["Retry-After"] == retry_after
    assert Batch.objects.count() == batches, "nothing was stored"


def test_too_large_together(exporter, settings):
    fill(exporter, 2)
    settings.INGEST_MOST_WAITING_BYTES = 2 * len(BODY.SerializeToString()) + 1
    assert partial(exporter.send(BODY)) == (0, "")
    recent_backlog.forget()
    assert refusal(exporter.send(BODY)) == (UNAVAILABLE, "backlog_full")


def test_below_the_limits_all_is_taken_and_after_the_digest_again(exporter, settings):
    settings.INGEST_MOST_WAITING, settings.INGEST_OLDEST_WAITING_S = 2, 60
    fill(exporter, 1, 59)
    fill(exporter, 1)
    assert exporter.send(BODY).status_code == 503
    Batch.objects.all().delete()
    recent_backlog.forget()
    assert partial(exporter.send(BODY)) == (0, "")


def test_logs_wait_in_the_same_outbox(exporter, settings):
    fill(exporter, 1)
    settings.INGEST_MOST_WAITING = 1
    assert exporter.send(b"", path="/v1/logs").status_code == 503
    assert exporter.send(b"", path="/v1/metrics").status_code == 200, "not stored"


def test_the_backlog_is_asked_for_once_in_a_while(exporter, settings):
    asked = []

    def ask() -> Backlog:
        asked.append(1)
        return Backlog(len(asked))

    recent = RecentBacklog(ask)
    assert [recent().batches for _ in range(3)] == [1, 1, 1]
    recent.forget()
    assert recent().batches == 2


def test_while_one_asks_the_others_go_by_what_was_known():
    def ask() -> Backlog:
        nested.append(recent())
        return Backlog(7)

    nested: list[Backlog] = []
    recent = RecentBacklog(ask)
    assert recent().batches == 7
    assert nested == [Backlog()]


def test_asking_counts_no_further_than_it_matters(exporter, settings):
    fill(exporter, 4)
    settings.INGEST_MOST_WAITING = 1
    assert backlog().batches == 3


@pytest.mark.django_db(transaction=True)
def test_an_export_costs_two_queries(exporter, django_assert_num_queries):
    """The agent's key and the batch; all else is known from the one before."""
    exporter.send(BODY)
    with django_assert_num_queries(2):
        exporter.send(BODY)
