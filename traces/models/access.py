"""Who was let beyond their tier, why, for how long, and what the review said."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviewapp.core.models import User
from reviewapp.core.permissions import Right, Role
from systems.models import System
from traces.glass import LONGEST, End, Reason, Verdict


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    def visible_to(self, person: User) -> Self:
        """All to whoever sees accesses; else one's own, and what one may approve."""
        if person.has_right(Right.ACCESS_SEE):
            return self
        own = Q(person=person)
        if person.has_right(Right.GLASS_APPROVE):
            # Not by a join: who holds the role twice over must not appear twice.
            supporters = User.objects.filter(role_grants__role=Role.SUPPORT)
            own |= Q(person__in=supporters)
        return self.filter(own)

    def open_at(self, now: datetime) -> Self:
        return self.filter(ended_at=None, until__gt=now)

    def to_approve(self, now: datetime) -> Self:
        return self.open_at(now).filter(approved_at=None)

    def to_review(self) -> Self:
        return self.filter(ended_at__isnull=False, reviewed_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-asked_at", "-id")


class BreakGlass(models.Model):
    """One opening of one trace beyond somebody's tier. It ends by itself.

    `trace_key` is the trace's key and no foreign key: this row outlives the trace.
    Reference and note are words, sealed with a key of this row's own.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="glasses"
    )
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    trace_key = models.UUIDField()
    reason = models.CharField(max_length=16, choices=Reason.choices)
    reference_digest = models.CharField(max_length=64)
    reference_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    review_due_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    note_sealed = models.BinaryField(null=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also the arbiter between two clicks.
            models.UniqueConstraint(
                fields=["person", "trace_key"],
                condition=Q(ended_at=None),
                name="one_open_glass_per_person_and_trace",
            ),
            models.CheckConstraint(
                name="glass_lasts_half_an_hour_at_most",
                condition=Q(until__gt=F("asked_at"))
                & Q(until__lte=F("asked_at") + LONGEST),
            ),
            models.CheckConstraint(
                name="nobody_approves_their_own_glass",
                condition=Q(approved_by=None, approved_at=None)
                | Q(approved_at__isnull=False) & ~Q(approved_by=F("person")),
            ),
            models.CheckConstraint(
                name="ended_glass_says_how",
                condition=Q(ended_at=None, end="", review_due_at=None)
                | Q(ended_at__isnull=False, review_due_at__isnull=False) & ~Q(end=""),
            ),
            models.CheckConstraint(
                name="glass_is_reviewed_by_another_after_its_end",
                condition=Q(reviewed_by=None, reviewed_at=None, verdict="")
                | Q(ended_at__isnull=False, reviewed_at__isnull=False)
                & ~Q(reviewed_by=F("person"))
                & ~Q(verdict=""),
            ),
        ]
        indexes = [
            # The sweep that closes; the Access page: open now, to approve.
            models.Index(
                fields=["until"], name="glass_open", condition=Q(ended_at=None)
            ),
            # The Access page: to review, the most urgent first.
            models.Index(
                fields=["review_due_at"],
                name="glass_to_review",
                condition=Q(ended_at__isnull=False, reviewed_at=None),
            ),
            # The Access page: past, by key.
            models.Index(fields=["-asked_at", "-id"], name="glass_newest"),
            # Who saw this conversation.
            models.Index(fields=["trace_key"], name="glass_of_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.trace_key}"

    @property
    def gives_reasoning(self) -> bool:
        """True once a second person has approved: reasoning in clear."""
        return self.approved_at is not None

    def is_open_at(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.until
