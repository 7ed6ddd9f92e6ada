"""The outbox of the receiver: raw batches between their 200 and their digestion."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from systems.models import Environment, System


class Signal(models.TextChoices):
    """What a batch holds, and so who reads it."""

    TRACES = "traces"
    LOGS = "logs"
    IMPORT = "import"


class IngestKey(models.Model):
    """A data key for the batches that one process takes in within a few minutes.

    The key itself stands in the keys database. This row is its licence: a batch can
    only be stored while it stands (foreign key), and the key is destroyed only once it
    is gone. So no batch is ever acknowledged under a destroyed key, whatever the clocks
    of the machines say.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            # The sweep: licences that are over.
            models.Index(fields=["made_at"], name="ingest_key_age"),
        ]

    def __str__(self) -> str:
        return f"ingest key {self.pk}"


class BatchQuerySet(models.QuerySet["Batch"]):
    def in_order(self) -> Self:
        """In the order of arrival."""
        return self.order_by("id")


class Batch(models.Model):
    """One body as it was received, sealed. It goes in the transaction that digests it.

    `environment` is that of the key's system as of then, never what the body claims.
    `spans` counts what was accepted, `bytes` are those of the clear body.
    """

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    environment = models.CharField(max_length=12, choices=Environment.choices)
    signal = models.CharField(max_length=6, choices=Signal.choices)
    content_type = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    spans = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    # Not protected by Django, which would ask first: the database refuses by itself.
    key = models.ForeignKey(
        IngestKey, on_delete=models.DO_NOTHING, related_name="batches"
    )
    sealed = models.BinaryField()
    # Since when it stands here; it may have been received long before (`put_back`).
    waiting_since = models.DateTimeField(default=timezone.now)
    # The lease of the worker that digests it: who dies gives it back by time.
    taken_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="batch_signal_is_known", condition=Q(signal__in=Signal.values)
            ),
            models.CheckConstraint(
                name="batch_environment_is_known",
                condition=Q(environment__in=Environment.values),
            ),
            models.CheckConstraint(
                name="batch_holds_something", condition=Q(spans__gt=0, bytes__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.pk}"
