"""Celery doors of calling people."""

from __future__ import annotations

from reviewapp.core.lanes import lane_task
from reviewapp.notifications.services.calls import make_due_calls
from reviewapp.notifications.services.notices import read_log


@lane_task(name="notifications.read_log", lane="sweep", time_limit=60)
def read() -> int:
    return read_log()


@lane_task(name="notifications.call", lane="default", time_limit=300)
def call() -> int:
    return make_due_calls()
