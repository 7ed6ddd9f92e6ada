"""What machines ask: is web up, is all of it up, what are its figures."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from reviewapp.celery import _mark_beat
from reviewapp.core import health, signs_of_life
from reviewapp.core.lanes import LANES
from reviewapp.core.tasks import show_life
from tests.core.logs import append

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_marks(monkeypatch, worker_id):
    """Neither those of a running stack nor of a neighbour among the test workers."""
    monkeypatch.setattr(signs_of_life, "_KEY", f"test:alive:{worker_id}:")
    signs_of_life.client.cache_clear()
    redis = signs_of_life.client()
    redis.delete(*redis.keys("test:alive:*") or ["none"])
    yield
    signs_of_life.client.cache_clear()


@pytest.fixture
def alive() -> None:
    """Beat sent its tasks and every lane of the worker ran its own."""
    _mark_beat(sender=signs_of_life.TASK)
    for lane in LANES:
        show_life(lane)


def ready(client=None):
    response = (client or Client()).get("/readyz")
    return response.status_code, response.json()


def test_web_says_that_it_is_up_without_asking_anything(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})
    assert "no-store" in response["Cache-Control"]


def test_ready_when_all_are_alive(alive):
    status, state = ready()
    assert status == 200
    assert state["ready"] is True
    parts = ("database", "keys_database", "redis", "worker", "beat")
    assert all(state[part]["ok"] for part in parts)
    assert set(state["worker"]["seconds_since_by_lane"]) == set(LANES)


def test_lags_of_the_readers_are_shown(alive):
    append()
    later = timezone.now() + timedelta(seconds=30)
    state = health.readiness(later).as_json()
    (seals,) = [reader for reader in state["readers"] if reader["name"] == "seals"]
    assert seals["events_behind"] == 1
    assert seals["seconds_behind"] >= 30


def test_a_dead_lane_is_named(alive):
    signs_of_life.client().delete(f"{signs_of_life._KEY}ingest")
    status, state = ready()
    assert (status, state["worker"]["ok"], state["beat"]["ok"]) == (503, False, True)
    lanes = state["worker"]["seconds_since_by_lane"]
    assert [lane for lane, seconds in lanes.items() if seconds is None] == ["ingest"]


def test_an_old_mark_is_no_sign_of_life(alive, time_machine):
    time_machine.move_to(timezone.now() + timedelta(seconds=signs_of_life.DEAD_AFTER_S))
    status, state = ready()
    assert (status, state["beat"]["ok"], state["worker"]["ok"]) == (503, False, False)
    assert "beat" in state["worker"]["problem"]


def test_beat_marks_only_what_it_sends_to_show_life():
    _mark_beat(sender="another.task")
    assert ready()[1]["beat"]["seconds_since"] is None


def test_without_redis_nothing_is_ready_and_nothing_breaks(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    signs_of_life.client.cache_clear()
    status, state = ready()
    assert status == 503
    assert (state["redis"]["ok"], state["database"]["ok"]) == (False, True)


@pytest.mark.parametrize(
    ("alias", "part"), [("default", "database"), ("keys", "keys_database")]
)
def test_a_database_that_does_not_answer_is_named_without_its_address(
    alive, monkeypatch, alias, part
):
    parameters = connections[alias].get_connection_params()
    monkeypatch.setattr(
        connections[alias],
        "get_connection_params",
        lambda: parameters | {"host": "127.0.0.1", "port": 1},
    )
    status, state = ready()
    assert (status, state[part]["ok"]) == (503, False)
    assert state[part]["problem"] == "OperationalError"
    assert "127.0.0.1" not in str(state)


def test_metrics_show_our_own_figures():
    append()
    response = Client().get("/metrics")
    text = response.content.decode()
    assert response.status_code == 200
    assert 'reviewapp_log_events_behind{reader="seals"} 1.0' in text


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "203.0.113.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_without_a_token_metrics_are_for_this_machine_only(elsewhere):
    assert Client(**elsewhere).get("/metrics").status_code == 403


def test_with_a_token_metrics_are_for_whoever_holds_it(settings):
    settings.METRICS_TOKEN = "a token of the scraper"
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    held = {"Authorization": "Bearer a token of the scraper"}
    assert elsewhere.get("/metrics", headers=held).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer another"}):
        assert Client().get("/metrics", headers=wrong).status_code == 403


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_watching_changes_nothing(path):
    assert Client().post(path).status_code == 405
