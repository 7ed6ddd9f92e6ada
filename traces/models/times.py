"""Readings of where the time of runs goes."""

from __future__ import annotations

from django.db import models

from systems.models import System


class TimeReading(models.Model):
    """How long the runs of a system that began on a day were at work at one kind.

    `kind` is that of the spans, or "whole" for all of the time they took.
    """

    day = models.DateField()
    system = models.ForeignKey(
        System, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=12)
    ms = models.BigIntegerField()
    runs = models.BigIntegerField()

    class Meta:
        constraints = [
            # Also serves the page: the readings of one system, by day.
            models.UniqueConstraint(
                fields=["system", "day", "kind"], name="one_time_reading_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}: {self.ms} ms"
