"""A trace is two documents: its shape, in segments, and its words, by class.

What stands in clear is what search, figures and pages at tier 0 need. Bulk rows (spans,
words) are no events.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Self
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from reviewapp.core.digests import reference_digest
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from systems.models import Environment, System
from traces.spans import WordClass


class State(StrEnum):
    """How much of a run has come; `Trace.state_at` says which."""

    OPEN = "open"
    PARTIAL = "partial"
    COMPLETE = "complete"


class TraceQuerySet(models.QuerySet["Trace"]):
    def visible_to(self, person: User) -> Self:
        """Whoever may open traces may open all; what they read there is their tier."""
        return self if person.has_right(Right.TRACE_SEE) else self.none()

    def live(self) -> Self:
        """Without imports, replays and simulations: what figures are made of."""
        return self.filter(synthetic=False)

    def of_conversation(self, reference: str) -> Self:
        return self.filter(
            conversation_digest=reference_digest("conversation", reference)
        )

    def of_subject(self, reference: str) -> Self:
        return self.filter(subject_digest=reference_digest("subject", reference))

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-id")


class Trace(models.Model):
    """One run of a system, as one searchable row.

    `id` follows from system and trace id, so that two workers need not ask each other;
    it also owns the data key of the trace's words. Figures are of the merged spans as
    of `revision`; while `dirty_since` is set, later segments wait to be counted.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    # The indexes and constraints below serve what an index on the key alone would.
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="traces", db_index=False
    )
    # An OTLP trace id has 16 bytes, and so has this column.
    trace_id = models.UUIDField()
    environment = models.CharField(max_length=12, choices=Environment.choices)
    synthetic = models.BooleanField(default=False)
    label_tier = models.PositiveSmallIntegerField(
        null=True, help_text="The highest tier anybody reads it by, where it is capped."
    )

    conversation_digest = models.CharField(max_length=64, blank=True)
    subject_digest = models.CharField(max_length=64, blank=True)
    references_sealed = models.BinaryField(null=True)

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    first_batch = models.BigIntegerField(
        help_text="The batch that made this row, and whose figures it began with."
    )
    first_seen_at = models.DateTimeField()
    last_arrival_at = models.DateTimeField()
    quiet_at = models.DateTimeField(
        help_text="No more is expected after this: 30 s after the last arrival if the "
        "root has ended, else 180 s."
    )
    arrivals = models.PositiveIntegerField(
        default=1, help_text="Segments so far: tells a count from one that is late."
    )
    dirty_since = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    whole = models.BooleanField(
        default=False, help_text="One ended root, and no span or parent missing."
    )

    name = models.CharField(max_length=200, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    models_used = ArrayField(models.CharField(max_length=200), default=list)
    stop_class = models.CharField(max_length=24, blank=True)
    failed = models.BooleanField(default=False)
    spans = models.PositiveIntegerField(default=0)
    llm_calls = models.PositiveIntegerField(default=0)
    tool_calls = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    replays = models.PositiveIntegerField(default=0)
    turns = models.PositiveIntegerField(null=True)
    input_tokens = models.PositiveBigIntegerField(null=True)
    output_tokens = models.PositiveBigIntegerField(null=True)
    reasoning_tokens = models.PositiveBigIntegerField(null=True)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    usage = models.JSONField(
        default=dict, help_text="Tokens by provider/model: see traces/figures.py."
    )
    time_ms = models.JSONField(
        default=dict, help_text="Milliseconds by kind of span: traces/time_shares.py."
    )
    completeness = models.PositiveSmallIntegerField(
        null=True, help_text="Flight-recorder fields that are there, in per cent."
    )

    objects = TraceQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also serves the look-up by trace id.
            models.UniqueConstraint(
                fields=["trace_id", "system"], name="one_trace_per_id"
            ),
            models.CheckConstraint(
                name="trace_label_is_a_tier",
                condition=Q(label_tier=None) | Q(label_tier__range=(0, 4)),
            ),
        ]
        indexes = [
            # The list, newest first, by key.
            models.Index(fields=["-started_at", "-id"], name="trace_newest"),
            # The same of one system.
            models.Index(
                fields=["system", "-started_at", "-id"], name="trace_newest_of_system"
            ),
            # A help desk's reference: a conversation's runs.
            models.Index(
                fields=["conversation_digest", "-started_at"],
                name="trace_of_conversation",
                condition=~Q(conversation_digest=""),
            ),
            # And a person's.
            models.Index(
                fields=["subject_digest", "-started_at"],
                name="trace_of_subject",
                condition=~Q(subject_digest=""),
            ),
            # The sweep that counts later segments.
            models.Index(
                fields=["dirty_since"],
                name="trace_dirty",
                condition=Q(dirty_since__isnull=False),
            ),
            # The sweep of references, which are kept as long as dialogue.
            models.Index(
                fields=["last_arrival_at"],
                name="trace_with_references",
                condition=Q(references_sealed__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.trace_id.hex

    @staticmethod
    def key_of(system_id: UUID, trace_id: bytes) -> UUID:
        """Return the primary key of a system's trace."""
        return UUID(bytes=blake2b(system_id.bytes + trace_id, digest_size=16).digest())

    def state_at(self, now: datetime) -> State:
        if now < self.quiet_at or self.dirty_since is not None:
            return State.OPEN
        return State.COMPLETE if self.whole else State.PARTIAL


class Segment(models.Model):
    """The shape of the spans that one batch brought for one trace (traces/shapes.py).

    `batch` is the number of the batch: a batch digested twice stores nothing twice.
    """

    trace = models.ForeignKey(
        Trace, on_delete=models.PROTECT, related_name="segments", db_index=False
    )
    batch = models.BigIntegerField()
    received_at = models.DateTimeField()
    spans = models.PositiveIntegerField()
    shape = models.BinaryField()

    class Meta:
        constraints = [
            # Also serves the reading of a trace, in order of arrival.
            models.UniqueConstraint(
                fields=["trace", "batch"], name="one_segment_per_batch"
            ),
        ]
        indexes = [
            # Up to which segment words are past their time.
            models.Index(fields=["received_at"], name="segment_age"),
        ]

    def __str__(self) -> str:
        return f"{self.trace_id} #{self.batch}"


class Words(models.Model):
    """The words of one class that one segment brought, sealed with the trace's key.

    `masks` says where personal data and secrets stand, beside the words and sealed like
    them; null where there are none. `size` is in bytes of clear text.
    """

    segment = models.ForeignKey(
        Segment, on_delete=models.PROTECT, related_name="words", db_index=False
    )
    words = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in WordClass]
    )
    sealed = models.BinaryField()
    masks = models.BinaryField(null=True)
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "words"], name="one_words_per_class"
            ),
            models.CheckConstraint(
                name="words_class_is_known",
                condition=Q(words__in=[one.value for one in WordClass]),
            ),
        ]
        indexes = [
            # The words of a class that are past their time, the oldest first.
            models.Index(fields=["words", "segment"], name="words_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.words} of segment {self.segment_id}"


class ToolCall(models.Model):
    """One thin row per tool span, for joins: with grants, outcomes and figures.

    `arguments_digest` is the first half of `call_digest`, keyed, over tool and
    arguments as requests have them; empty where the arguments did not come.
    """

    # A number of its own would cost as much as half of the row.
    pk = models.CompositePrimaryKey("trace_id", "span_id")
    trace = models.ForeignKey(
        Trace,
        on_delete=models.PROTECT,
        related_name="calls_of_tools",
        db_index=False,
    )
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True)
    failed = models.BooleanField()
    request_id = models.UUIDField(null=True)
    span_id = models.BinaryField(max_length=8)
    tool = models.CharField(max_length=200)
    arguments_digest = models.BinaryField(max_length=16)

    class Meta:
        indexes = [
            # The call that a request's grant was spent on, where the agent named it.
            models.Index(
                fields=["request_id"],
                name="tool_call_of_request",
                condition=Q(request_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} in {self.trace_id}"
