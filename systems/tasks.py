"""Celery doors of the inventory."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from systems.services import instances


@shared_task(
    name="systems.forget_instances", queue="sweep", time_limit=60, soft_time_limit=50
)
def forget_instances() -> int:
    """Strike instances not seen for long from the roster. Daily is often enough."""
    return instances.forget_instances(timezone.now())
