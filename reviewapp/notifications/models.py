"""Calling people: what each wishes, what they were told, and how it was sent."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from queues.models import ActionRequest, Queue
from reviewapp.core.models import User
from reviewapp.notifications.rules import Channel, Occasion
from traces.models import BreakGlass, Explanation


class Reach(models.Model):
    """How and when one person may be reached outside the app.

    The Apprise address holds secrets (tokens of messengers), so it is sealed with a
    data key of this row.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reach"
    )
    apprise_sealed = models.BinaryField(null=True)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_have_both_ends",
                condition=Q(quiet_from=None, quiet_to=None)
                | Q(quiet_from__isnull=False, quiet_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"reach of {self.person_id}"


class Wish(models.Model):
    """How one person wants to be called for one occasion in one queue."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishes"
    )
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="wishes")
    occasion = models.CharField(max_length=16, choices=Occasion.choices)
    channels = ArrayField(models.CharField(max_length=8, choices=Channel.choices))
    # Only read for arrivals; elsewhere every class calls.
    risk_classes = ArrayField(models.CharField(max_length=20), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "queue", "occasion"],
                name="one_wish_per_person_queue_and_occasion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.occasion} in {self.queue_id}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: User) -> Self:
        return self.filter(person=person)

    def unseen(self) -> Self:
        return self.filter(seen_at=None)


class Notice(models.Model):
    """One person told of one occasion. Holds no words: they are opened when shown."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    occasion = models.CharField(max_length=16, choices=Occasion.choices)
    # What it is about: a request, an opening by break-glass, or an explanation.
    ask = models.ForeignKey(
        ActionRequest, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    glass = models.ForeignKey(
        BreakGlass, on_delete=models.CASCADE, null=True, related_name="+"
    )
    explanation = models.ForeignKey(
        Explanation, on_delete=models.CASCADE, null=True, related_name="+"
    )
    event_id = models.BigIntegerField(help_text="The event of the log that called.")
    browser = models.BooleanField(help_text="Whether to raise a browser notice.")
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            # The log may be read twice; a person is told once.
            models.UniqueConstraint(
                fields=["person", "event_id"], name="one_notice_per_person_and_event"
            ),
            models.CheckConstraint(
                name="a_notice_is_about_one_thing",
                condition=Q(ask__isnull=False, glass=None, explanation=None)
                | Q(ask=None, glass__isnull=False, explanation=None)
                | Q(ask=None, glass=None, explanation__isnull=False),
            ),
        ]
        indexes = [
            # A person's notices, newest first.
            models.Index(fields=["person", "-made_at", "-id"], name="notice_of_person"),
            # How many are unseen, on every page.
            models.Index(
                fields=["person"], name="notice_unseen", condition=Q(seen_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} for {self.person_id}"


class Call(models.Model):
    """One notice on its way out of the house, by mail or messenger."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="calls")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    # Why it was not sent: a code, never an answer of the other side.
    failure = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel"], name="one_call_per_notice_and_channel"
            ),
            models.CheckConstraint(
                name="a_sent_call_is_not_due",
                condition=Q(sent_at=None) | Q(due_at=None),
            ),
        ]
        indexes = [
            # Sweep: calls to make now.
            models.Index(
                fields=["due_at"], name="call_due", condition=Q(due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} for {self.notice_id}"
