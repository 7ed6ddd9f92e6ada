"""Every task goes to the lane it names, within the time it names."""

import re

import pytest
from django.conf import settings

from reviewapp.celery import app
from reviewapp.core.lanes import LANES

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith("celery."))


def lane_of(name: str, **options: object) -> str:
    task = app.tasks[name]
    return app.amqp.router.route(dict(options), name, task_type=task)["queue"].name


@pytest.mark.parametrize("name", OURS)
def test_a_task_names_its_lane_and_its_time_limit(name):
    task = app.tasks[name]
    assert task.lane in LANES
    assert lane_of(name) == task.lane
    assert 0 < task.soft_time_limit < task.time_limit
    limit = app.conf.broker_transport_options["visibility_timeout"]
    assert task.time_limit < limit, "it would be given to a second worker"


@pytest.mark.parametrize("entry", sorted(app.conf.beat_schedule))
def test_what_beat_sends_exists_and_expires(entry):
    plan = app.conf.beat_schedule[entry]
    assert plan["task"] in OURS
    assert plan["options"]["expires"] > 0


@pytest.mark.parametrize("lane", LANES)
def test_every_lane_is_asked_to_show_life(lane):
    plan = app.conf.beat_schedule[f"show life of {lane}"]
    assert plan["args"] == [lane]
    assert lane_of(plan["task"], **plan["options"]) == lane


def _lanes_served(text: str) -> list[set[str]]:
    return [set(found.split(",")) for found in re.findall(r"--queues (\S+)", text)]


@pytest.mark.parametrize("place", ["reviewapp/stack/*.conf", "deploy/*.service"])
def test_every_lane_is_served_and_sweeps_stand_behind_nothing(place):
    text = "".join(path.read_text() for path in settings.BASE_DIR.glob(place))
    served = _lanes_served(text)
    assert set().union(*served) == set(LANES)
    assert [lanes for lanes in served if "sweep" in lanes] == [{"sweep"}]


def test_a_message_carries_json_only():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


def test_a_worker_that_dies_gives_its_task_back():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost


def test_the_broker_is_the_one_of_the_settings():
    assert app.conf.broker_url == settings.CELERY_BROKER_URL


def test_several_web_processes_share_their_figures():
    unit = (settings.BASE_DIR / "deploy/reviewapp-web.service").read_text()
    folder = re.search(r"^RuntimeDirectory=(.+)$", unit, re.MULTILINE)[1]
    assert "--workers 2" in unit
    assert f"PROMETHEUS_MULTIPROC_DIR=/run/{folder}\n" in unit
