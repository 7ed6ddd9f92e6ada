"""Every task names its lane and its time limit, and beat knows every sweep."""

import pytest
from celery import current_app

from reviewapp.celery import app
from reviewapp.core.lanes import LANES


def _ours():
    app.loader.import_default_modules()
    return {
        name: task
        for name, task in current_app.tasks.items()
        if not name.startswith("celery.")
    }


def test_every_task_names_lane_and_time_limit():
    assert len(_ours()) >= 5
    for name, task in _ours().items():
        assert getattr(task, "lane", None) in LANES, name
        assert task.time_limit, name
        assert task.soft_time_limit < task.time_limit, name


def test_beat_only_schedules_tasks_that_exist():
    planned = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert planned <= set(_ours())


@pytest.mark.parametrize("setting", ["task_acks_late", "task_reject_on_worker_lost"])
def test_a_task_of_a_dead_worker_is_run_again(setting):
    assert getattr(app.conf, setting) is True


def test_messages_are_json_only():
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"
