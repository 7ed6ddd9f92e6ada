"""Celery doors of the inventory."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from systems.services import instances


@shared_task(queue="sweep", time_limit=60)
def forget_instances() -> int:
    """Strike instances not seen for long from the roster. Daily is often enough."""
    return instances.forget_instances(timezone.now())
