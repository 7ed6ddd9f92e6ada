"""Celery doors of the queue."""

from __future__ import annotations

from queues.services.sweeps import sweep_queues
from queues.services.webhooks import send_due_webhooks
from reviewapp.core.lanes import lane_task


@lane_task(name="queues.sweep", lane="sweep", time_limit=60)
def sweep() -> dict[str, int]:
    return sweep_queues()


@lane_task(name="queues.call_back", lane="default", time_limit=280)
def call_back() -> int:
    return send_due_webhooks()
