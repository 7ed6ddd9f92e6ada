"""Decisions and notes of reviewers."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from queues.models.asks import ActionRequest


class Verdict(models.TextChoices):
    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    ANSWER = "answer"


class Decision(models.Model):
    """One reviewer's word. Comment and edited arguments are sealed words."""

    ask = models.ForeignKey(
        ActionRequest, on_delete=models.CASCADE, related_name="decisions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions"
    )
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    reason_code = models.CharField(max_length=40, blank=True)
    round = models.PositiveSmallIntegerField()
    slot = models.PositiveSmallIntegerField(
        help_text="Which of the required approvals of its round this is."
    )
    closes = models.BooleanField(help_text="Whether it ended the waiting.")
    card_version = models.PositiveIntegerField()
    arguments_digest = models.CharField(max_length=64)
    words_sealed = models.BinaryField()
    dwell_ms = models.PositiveIntegerField(
        null=True, help_text="Time the card was in view with the window in focus."
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "round", "person"],
                name="one_decision_per_person_and_round",
            ),
            models.UniqueConstraint(
                fields=["ask", "round", "slot"], name="one_decision_per_slot"
            ),
            models.UniqueConstraint(
                fields=["ask"], condition=Q(closes=True), name="one_closing_decision"
            ),
        ]
        indexes = [
            # A reviewer's own decisions, newest first.
            models.Index(fields=["person", "-made_at"], name="decision_of_person"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decision_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'A decision is never changed.';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.person_id}"


class Note(models.Model):
    """What reviewers tell each other about a request; agents never see it."""

    LABEL: Final = "note"

    ask = models.ForeignKey(
        ActionRequest, on_delete=models.CASCADE, related_name="notes"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes"
    )
    text_sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"note by {self.person_id} on {self.ask_id}"
