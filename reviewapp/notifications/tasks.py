"""Celery doors of calling people."""

from __future__ import annotations

from celery import shared_task

from reviewapp.notifications.services.calls import make_due_calls
from reviewapp.notifications.services.notices import read_log


@shared_task(
    name="notifications.read_log", queue="sweep", time_limit=60, soft_time_limit=50
)
def read() -> int:
    return read_log()


@shared_task(
    name="notifications.call", queue="default", time_limit=300, soft_time_limit=280
)
def call() -> int:
    return make_due_calls()
