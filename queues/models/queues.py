"""Queues, who reviews in them and who is on duty."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from reviewapp.core.models import User
from reviewapp.core.permissions import Right


class QueueQuerySet(models.QuerySet["Queue"]):
    def visible_to(self, person: User) -> Self:
        """Their own queues; whoever may read the log sees every queue's shape."""
        if not person.has_right(Right.REQUEST_SEE):
            return self.none()
        if person.has_right(Right.LOG_READ):
            return self
        return self.of_member(person)

    def of_member(self, person: User) -> Self:
        return self.filter(memberships__person=person)

    def led_by(self, person: User) -> Self:
        """Their own queues, and those that have nobody: somebody must come in first."""
        if not person.has_right(Right.QUEUE_MANAGE):
            return self.none()
        members = Membership.objects.filter(queue=models.OuterRef("pk"))
        return self.filter(
            models.Exists(members.filter(person=person)) | ~models.Exists(members)
        )


class Queue(models.Model):
    """A line of requests in front of a group of people."""

    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    # Push back on agents before people drown: beyond this many waiting requests a
    # submit is answered 503 with Retry-After.
    max_pending = models.PositiveIntegerField(default=2000)
    mean_review_s = models.PositiveIntegerField(
        default=60, help_text="Seconds a review takes, for expected waits."
    )
    objective = models.PositiveSmallIntegerField(
        default=95, help_text="Requests in 100 that are to be decided in time."
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="queues"
    )

    objects = QueueQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            # At 100 no margin is left whose use could be measured.
            models.CheckConstraint(
                name="objective_leaves_a_margin",
                condition=models.Q(objective__range=(1, 99)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person reviews in one queue."""

    queue = models.ForeignKey(
        Queue, on_delete=models.CASCADE, related_name="memberships"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "person"], name="one_membership_per_queue_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.queue_id}"


class DutyShiftQuerySet(models.QuerySet["DutyShift"]):
    def on_at(self, now: datetime) -> Self:
        return self.filter(starts_at__lte=now, ends_at__gt=now)


class DutyShift(models.Model):
    """Who an escalation follows, from when to when; level 1 is called first."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="duty_shifts"
    )
    level = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = DutyShiftQuerySet.as_manager()

    class Meta:
        ordering = ["level", "starts_at"]
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_it_starts",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            ),
        ]
        indexes = [
            # Who is on duty in a queue now.
            models.Index(fields=["queue", "starts_at", "ends_at"], name="shift_now"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.queue_id}, level {self.level}"
