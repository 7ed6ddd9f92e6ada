"""Explanations for customers: drafted by support, released by a second person."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from traces.models.traces import Trace


class ExplanationQuerySet(models.QuerySet["Explanation"]):
    def visible_to(self, person: User) -> Self:
        """To who releases, all; to who drafts, their own and what was released.

        What was given up is nobody's any more; the log says that it was.
        """
        of_traces = self.filter(trace__in=Trace.objects.visible_to(person)).exclude(
            state=Explanation.State.DISCARDED
        )
        if person.has_right(Right.EXPLANATION_RELEASE):
            return of_traces
        if person.has_right(Right.EXPLANATION_DRAFT):
            released = Q(state=Explanation.State.RELEASED)
            return of_traces.filter(Q(author=person) | released)
        return self.none()

    def unfinished(self) -> Self:
        """What its author still has before them, or a support lead."""
        over = (Explanation.State.RELEASED, Explanation.State.DISCARDED)
        return self.exclude(state__in=over)

    def to_release_by(self, person: User) -> Self:
        waiting = self.visible_to(person).filter(state=Explanation.State.SUBMITTED)
        return waiting.exclude(author=person)


class Explanation(models.Model):
    """What a customer is told of one run.

    Text and note are words, sealed with the key of the trace: they go when its words
    go. `sealed` is empty once retention has taken it. `version` grows with each save:
    what is released is what was read.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waits for release"
        RELEASED = "released", "Released"
        SENT_BACK = "sent_back", "Sent back"
        DISCARDED = "discarded", "Given up"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    trace = models.ForeignKey(
        Trace, on_delete=models.CASCADE, related_name="explanations", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    sealed = models.BinaryField()
    note_sealed = models.BinaryField(null=True)
    drafted_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = ExplanationQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also the arbiter between two clicks, and the explanations of a trace.
            models.UniqueConstraint(
                fields=["trace", "author"],
                condition=~Q(state__in=["released", "discarded"]),
                name="one_open_explanation_per_trace_and_author",
            ),
            models.CheckConstraint(
                name="explanation_is_decided_by_another",
                condition=Q(decided_by=None, decided_at=None)
                | Q(decided_at__isnull=False) & ~Q(decided_by=F("author")),
            ),
            models.CheckConstraint(
                name="released_explanation_was_submitted_and_decided",
                condition=~Q(state="released")
                | Q(submitted_at__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes = [
            # The list, newest first, by key.
            models.Index(fields=["-saved_at", "-id"], name="explanation_newest"),
            # Those of one trace.
            models.Index(fields=["trace"], name="explanation_of_trace"),
            # What waits for a second person.
            models.Index(
                fields=["submitted_at"],
                name="explanation_to_release",
                condition=Q(state="submitted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} explanation of {self.trace_id}"

    @property
    def is_open(self) -> bool:
        """True while its author may change it."""
        return self.state in (self.State.DRAFT, self.State.SENT_BACK)
