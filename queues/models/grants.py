"""After the decision: the leave to run once, how it was told, and what came of it."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from queues.models.asks import ActionRequest


class Grant(models.Model):
    """The single-use leave to execute that an approval gives."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ask = models.OneToOneField(
        ActionRequest, on_delete=models.PROTECT, related_name="grant"
    )
    arguments_digest = models.CharField(max_length=64)
    execute_before = models.DateTimeField()
    # The agent's own id of the attempt that spent it, as a keyed digest.
    attempt_digest = models.CharField(max_length=64, blank=True)
    # A merged look-alike may be the one that spends the grant.
    redeemed_by = models.ForeignKey(
        ActionRequest, null=True, on_delete=models.PROTECT, related_name="spent_grants"
    )
    redeemed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_is_spent_by_an_attempt",
                condition=Q(redeemed_at=None, attempt_digest="")
                | (Q(redeemed_at__isnull=False) & ~Q(attempt_digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"grant of {self.ask_id}"


class Delivery(models.Model):
    """How the answer travels to the agent: decided, delivered, acknowledged.

    Made at submit where the agent asked for a webhook, else at the decision.
    """

    class Channel(models.TextChoices):
        POLL = "poll"
        STREAM = "stream"
        WEBHOOK = "webhook"

    ask = models.OneToOneField(
        ActionRequest, on_delete=models.CASCADE, related_name="delivery"
    )
    decided_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_via = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    acknowledged_at = models.DateTimeField(null=True)
    webhook = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=80, blank=True)
    gave_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # Sweep: webhooks to send or to send again.
            models.Index(
                fields=["next_attempt_at"],
                name="delivery_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"delivery of {self.ask_id}"


class Settlement(models.TextChoices):
    HAPPENED = "happened"
    DID_NOT_HAPPEN = "did_not_happen"
    COMPENSATE = "compensate"


class Outcome(models.Model):
    """What the agent reported, and how a person settled what stayed unknown."""

    LABEL: Final = "outcome"

    class Status(models.TextChoices):
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        UNCERTAIN = "uncertain"

    ask = models.OneToOneField(
        ActionRequest, on_delete=models.CASCADE, related_name="outcome"
    )
    status = models.CharField(max_length=9, choices=Status.choices)
    body_digest = models.CharField(
        max_length=64, blank=True, help_text="Empty where nobody reported in time."
    )
    words_sealed = models.BinaryField(null=True)
    reported_at = models.DateTimeField()
    tokens = models.PositiveBigIntegerField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    cost = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    settlement = models.CharField(max_length=14, choices=Settlement.choices, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="settlements",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="settlement_has_its_person",
                condition=Q(settlement="", settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status}: {self.ask_id}"


class Effect(models.Model):
    """A trace the act left elsewhere; its reference is sealed, the digest finds it."""

    outcome = models.ForeignKey(
        Outcome, on_delete=models.CASCADE, related_name="effects"
    )
    position = models.PositiveSmallIntegerField()
    system_name = models.CharField(max_length=120)
    ref_digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["position"]
        indexes = [
            # "What produced this refund?": from a reference to its request.
            models.Index(fields=["ref_digest"], name="effect_by_reference"),
        ]

    def __str__(self) -> str:
        return f"effect {self.position} in {self.system_name}"
