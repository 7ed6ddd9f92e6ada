"""Celery: three lanes of short, idempotent tasks. Truth stays in PostgreSQL.

A task takes ids, is safe to run twice, and names its lane and time limit. What is due
is found from the tables by beat's sweeps, so a lost message loses nothing; hence
messages expire instead of piling up while no worker runs.
"""

from __future__ import annotations

import os
from typing import Any, cast

import redis
import structlog
from celery import Celery
from celery.schedules import crontab, schedule
from celery.signals import beat_init, before_task_publish, setup_logging, worker_init
from kombu import Queue

from reviewapp.core import signs_of_life
from reviewapp.core.garbage import look_less_often
from reviewapp.core.lanes import LANES, route_by_lane

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")
log = structlog.get_logger(__name__)

app = Celery("reviewapp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # JSON only: a message can carry no object to unpack.
    task_serializer="json",
    accept_content=["json"],
    result_backend=None,
    task_ignore_result=True,
    task_queues=[Queue(lane) for lane in LANES],
    task_default_queue="default",
    task_routes=(route_by_lane,),
    # A worker that dies gives its task back; tasks are safe to run twice.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=300,
    task_soft_time_limit=280,
    broker_transport_options={
        # Above the longest time limit, or a running task is given to a second worker.
        "visibility_timeout": 1800,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
    },
    broker_connection_retry_on_startup=True,
    # A web request must not hang on a dead Redis; the sweeps find what is due.
    task_publish_retry=False,
    beat_max_loop_interval=1,
    timezone="UTC",
)
app.autodiscover_tasks()


def _every(seconds: float, task: str, **more: Any) -> dict[str, Any]:
    """A sweep; run late it still finds what is due, so it may wait for a busy worker.

    Were it worthless after its own two seconds, a worker that is never less than two
    seconds behind would drop every one of them.
    """
    return {
        "task": task,
        "schedule": schedule(seconds),
        "options": {"expires": max(seconds, 30)},
        **more,
    }


def _nightly(minute: int, task: str) -> dict[str, Any]:
    """A task of the small hours (UTC), a while apart from the others."""
    return {
        "task": task,
        "schedule": crontab(hour=3, minute=minute),
        "options": {"expires": 3600},
    }


def _shows_life(lane: str) -> dict[str, Any]:
    entry = _every(signs_of_life.SHOWN_EVERY_S, signs_of_life.TASK, args=[lane])
    entry["options"]["queue"] = lane
    return entry


app.conf.beat_schedule = {
    **{f"show life of {lane}": _shows_life(lane) for lane in LANES},
    "call agents back": _every(2, "queues.call_back"),
    "seal the log": _every(60, "core.seal"),
    "verify the log": _nightly(17, "core.verify_log"),
    "forget old sessions": _nightly(41, "core.forget_sessions"),
    "expire, lapse, wake": _every(2, "queues.sweep"),
    "notice what happened": _every(2, "notifications.read_log"),
    "call people": _every(2, "notifications.call"),
    "digest what waits": _every(2, "traces.digest_batches"),
    "settle traces": _every(1, "traces.settle"),
    "destroy ingest keys": _every(60, "traces.destroy_ingest_keys"),
    "end break-glass": _every(10, "traces.sweep_break_glass"),
    "let go what is past its time": _every(300, "traces.sweep_retention"),
    "sample words": _every(600, "traces.sweep_sampling"),
    "read costs": _every(600, "traces.read_costs"),
    "read where time goes": _every(600, "traces.read_times"),
    "destroy what a restore brought back": _nightly(29, "traces.destroy_gone_keys"),
    "forget instances": _nightly(53, "systems.forget_instances"),
}


@setup_logging.connect
def _keep_our_logging(**kwargs: Any) -> None:
    """Celery sets up none of its own where this signal has a receiver."""


@beat_init.connect
def _beat_shows_life(**kwargs: Any) -> None:
    before_task_publish.connect(_mark_beat)


def _mark_beat(sender: str | None = None, **kwargs: Any) -> None:
    if sender != signs_of_life.TASK:
        return
    try:
        signs_of_life.leave_mark(signs_of_life.BEAT)
    except redis.RedisError as problem:
        log.warning("beat.mark_failed", error=type(problem).__name__)


@worker_init.connect
def _spare_the_collector(**kwargs: Any) -> None:
    """Before task processes are forked off, which take this over."""
    look_less_often()


@worker_init.connect
def _start_epoch(**kwargs: Any) -> None:
    """Before anything is written: is this still the cluster the log was written in?"""
    from django.db import Error, connection
    from django.db.backends.postgresql.base import DatabaseWrapper

    from reviewapp.core.services.epochs import start_epoch

    try:
        start_epoch()
    except Error as problem:
        # Web looks too, and nothing can be written while the database is away.
        log.warning("worker.epoch_unread", error=type(problem).__name__)
    finally:
        # The pool's threads do not survive the fork into task processes.
        connection.close()
        cast(DatabaseWrapper, connection).close_pool()
