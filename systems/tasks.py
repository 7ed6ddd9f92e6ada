"""Celery doors of the inventory."""

from __future__ import annotations

from django.utils import timezone

from reviewapp.core.lanes import lane_task
from systems.services import instances


@lane_task(name="systems.forget_instances", lane="sweep", time_limit=60)
def forget_instances() -> int:
    """Strike instances not seen for long from the roster. Daily is often enough."""
    return instances.forget_instances(timezone.now())
