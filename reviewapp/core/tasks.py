"""Celery doors of the ground floor."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore

from reviewapp.core import signs_of_life
from reviewapp.core.actors import Actor
from reviewapp.core.lanes import lane_task
from reviewapp.core.services.seals import seal_events
from reviewapp.core.services.seals import verify_log as verify_whole_log


@lane_task(name="core.seal", lane="sweep", time_limit=300)
def seal() -> int:
    return seal_events()


# Long, once a day: it recomputes the whole chain, one seal's rows at a time.
@lane_task(name="core.verify_log", lane="default", time_limit=1500)
def verify_log() -> bool:
    return verify_whole_log(actor=Actor.of_process("nightly check")).whole


@lane_task(name="core.forget_sessions", lane="default", time_limit=300)
def forget_sessions() -> None:
    SessionStore.clear_expired()


# Beat sends one to each lane, whatever lane it names.
@lane_task(name=signs_of_life.TASK, lane="sweep", time_limit=10)
def show_life(lane: str) -> None:
    signs_of_life.leave_mark(lane)
