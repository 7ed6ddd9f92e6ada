"""The roster: which processes of a system are running, by their heartbeats."""

from __future__ import annotations

from django.db import models

from systems.models.systems import Environment, System, check_printable


class Instance(models.Model):
    """One process of a system. Heartbeats are bulk facts; the first is an event."""

    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="instances"
    )
    instance = models.CharField(max_length=120, validators=[check_printable])
    version = models.CharField(max_length=120, blank=True, validators=[check_printable])
    environment = models.CharField(max_length=12, choices=Environment.choices)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "instance"], name="one_row_per_instance"
            ),
            models.CheckConstraint(
                name="instance_environment_is_known",
                condition=models.Q(environment__in=Environment.values),
            ),
        ]
        indexes = [
            # The roster of one system, last seen first; and who runs right now.
            models.Index(fields=["system", "-last_seen_at"], name="instance_roster"),
        ]

    def __str__(self) -> str:
        return self.instance
