"""What people and machines think of a run."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q

from systems.models import System
from traces.models.traces import Trace


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def on(self, trace: Trace) -> Self:
        """On a trace, or on the conversation or person that it is about."""
        found = Q(trace_key=trace.pk)
        if trace.conversation_digest:
            found |= Q(conversation_digest=trace.conversation_digest)
        if trace.subject_digest:
            found |= Q(subject_digest=trace.subject_digest)
        return self.filter(found, system=trace.system_id)

    def on_outer(self) -> Self:
        """The same for `Exists(…)` in a query of traces.

        Feedback names one of the three, so an empty digest here meets none there.
        """
        return self.filter(
            Q(trace_key=OuterRef("pk"))
            | Q(conversation_digest=OuterRef("conversation_digest"))
            & ~Q(conversation_digest="")
            | Q(subject_digest=OuterRef("subject_digest")) & ~Q(subject_digest=""),
            system=OuterRef("system"),
        )

    def newest_first(self) -> Self:
        return self.order_by("-given_at", "-id")


class Feedback(models.Model):
    """One judgement: of a trace, or of a conversation or person by reference.

    `trace_key` is no foreign key: feedback may come before the trace. `name`, `label`
    and `source` are codes, never words; the comment is words, sealed with a key of this
    row's own. `same` tells the same judgement sent twice.
    """

    class Origin(models.TextChoices):
        PERSON = "person", "On the page"
        API = "api", "Through the API"
        TRACE = "trace", "With the trace"

    LABEL = "feedback.comment"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    trace_key = models.UUIDField(null=True)
    span_id = models.CharField(max_length=16, blank=True)
    conversation_digest = models.CharField(max_length=64, blank=True)
    subject_digest = models.CharField(max_length=64, blank=True)
    origin = models.CharField(max_length=6, choices=Origin.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    source = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=60, blank=True)
    score = models.FloatField(null=True)
    comment_sealed = models.BinaryField(null=True)
    comment_length = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField()
    same = models.CharField(max_length=64)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "same"], name="one_row_per_same_feedback"
            ),
            models.CheckConstraint(
                name="feedback_names_what_it_is_on",
                condition=Q(trace_key__isnull=False)
                | ~Q(conversation_digest="")
                | ~Q(subject_digest=""),
            ),
            models.CheckConstraint(
                # An evaluator may explain without a verdict, or say that it has none.
                name="feedback_says_something",
                condition=~Q(label="", score=None, name="", comment_length=0),
            ),
        ]
        indexes = [
            # The feedback on a trace; whether sampling keeps its words.
            models.Index(
                fields=["trace_key"],
                name="feedback_of_trace",
                condition=Q(trace_key__isnull=False),
            ),
            # The same, by conversation.
            models.Index(
                fields=["conversation_digest"],
                name="feedback_of_conversation",
                condition=~Q(conversation_digest=""),
            ),
            # The same, by person.
            models.Index(
                fields=["subject_digest"],
                name="feedback_of_subject",
                condition=~Q(subject_digest=""),
            ),
            # The sweep: comments past their time.
            models.Index(
                fields=["given_at"],
                name="feedback_with_comment",
                condition=Q(comment_sealed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}".strip()
