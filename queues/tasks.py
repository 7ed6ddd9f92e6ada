"""Celery doors of the queue."""

from __future__ import annotations

from celery import shared_task

from queues.services.sweeps import sweep_queues


@shared_task(name="queues.sweep", queue="sweep", time_limit=60, soft_time_limit=50)
def sweep() -> dict[str, int]:
    return sweep_queues()
