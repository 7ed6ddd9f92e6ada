"""Claims: a reviewer's hold on a request, as a lease."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from queues.models.asks import ActionRequest


class Claim(models.Model):
    """One hold. The lease itself stands on the request (`held_until`)."""

    class End(models.TextChoices):
        DECIDED = "decided"
        RELEASED = "released"
        LAPSED = "lapsed"
        TAKEN_OVER = "taken_over"
        DEFERRED = "deferred"
        ESCALATED = "escalated"
        CLOSED = "closed"

    ask = models.ForeignKey(
        ActionRequest, on_delete=models.CASCADE, related_name="claims"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims"
    )
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=End.choices, blank=True)

    class Meta:
        constraints = [
            # The final arbiter of every race for a request.
            models.UniqueConstraint(
                fields=["ask"],
                condition=models.Q(ended_at=None),
                name="one_open_claim_per_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.ask_id}"
