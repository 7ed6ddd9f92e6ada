"""Requests: what an agent asks leave to do.

In code and templates one is `ask`, because `request` is Django's. What stands here in
clear is what lists, policies and figures need; every word is in the sealed columns.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from queues.models.policies import Policy
from queues.models.queues import Queue
from queues.risk import WEIGHTY, RiskClass
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from systems.models import Environment, Reversibility, System


class Status(models.TextChoices):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    LAPSED = "lapsed"
    REDEEMED = "redeemed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SETTLED = "settled"


class ActionRequestQuerySet(models.QuerySet["ActionRequest"]):
    def visible_to(self, person: User) -> Self:
        """Requests of the person's queues; log readers see the shape of all."""
        if not person.has_right(Right.REQUEST_SEE):
            return self.none()
        if person.has_right(Right.LOG_READ):
            return self
        return self.filter(queue__memberships__person=person)

    def of_system(self, system: System) -> Self:
        return self.filter(system=system)

    def waiting(self) -> Self:
        """Pending requests that stand in the queue for themselves."""
        return self.filter(status=Status.PENDING, merged_into=None)

    def for_people(self) -> Self:
        """What figures are made of: no replay, no look-alike that shares another's
        leave, and nothing that policy answered by itself."""
        return self.filter(synthetic=False, merged_into=None, decided_by_policy=False)

    def free_at(self, now: datetime) -> Self:
        """Neither put off nor held by anybody."""
        return self.filter(Q(held_until=None) | Q(held_until__lte=now)).filter(
            available_at__lte=now
        )

    def decidable_by(self, person: User) -> Self:
        """Not the person's own, and not one they have already approved this round."""
        decided = person.decisions.filter(
            ask=models.OuterRef("pk"), round=models.OuterRef("round")
        )
        return self.exclude(requester=person).filter(~models.Exists(decided))

    def in_order(self) -> Self:
        return self.order_by("rank_at", "id")


class ActionRequest(models.Model):
    """One thing an agent wants to do, from asking to the outcome."""

    class OnTimeout(models.TextChoices):
        REJECT = "reject"
        EXPIRE = "expire"
        ESCALATE = "escalate"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="asks")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="asks")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="asks")
    # The agent's key is its own text, so only digests of key and body are kept.
    key_digest = models.CharField(max_length=64)
    body_digest = models.CharField(max_length=64)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PENDING
    )
    # Grows whenever what a reviewer must have seen before deciding has changed.
    version = models.PositiveIntegerField(default=1)

    # What would run, and where
    tool = models.CharField(max_length=200)
    effect = models.CharField(max_length=12, blank=True)
    reversibility = models.CharField(max_length=12, choices=Reversibility.choices)
    declared_environment = models.CharField(max_length=12, choices=Environment.choices)
    environment = models.CharField(
        max_length=12,
        choices=Environment.choices,
        help_text="Where it would really act: the credential's environment may be "
        "more dangerous than the declared one.",
    )
    credential = models.CharField(max_length=120, blank=True)
    risk_class = models.CharField(max_length=20, choices=RiskClass.choices)
    risk_reasons = ArrayField(models.CharField(max_length=40), default=list)
    asked_digest = models.CharField(max_length=64)
    arguments_digest = models.CharField(
        max_length=64, help_text="Of what would run now: differs after an edit."
    )
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    records = models.PositiveBigIntegerField(null=True)
    recipients = models.PositiveBigIntegerField(null=True)
    estimate_tokens = models.PositiveBigIntegerField(null=True)
    estimate_seconds = models.PositiveIntegerField(null=True)
    estimate_cost = models.DecimalField(max_digits=14, decimal_places=4, null=True)

    # Whose work it is
    run_id = models.CharField(max_length=200, blank=True)
    trace_id = models.CharField(max_length=32, blank=True)
    span_id = models.CharField(max_length=16, blank=True)
    conversation_digest = models.CharField(max_length=64, blank=True)
    subject_digest = models.CharField(max_length=64, blank=True)
    behalf_digest = models.CharField(max_length=64, blank=True)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="own_asks",
        help_text="The person who asked for it, where that is one of ours.",
    )
    # A replayed or simulated request stays out of every live figure.
    synthetic = models.BooleanField(default=False)

    # Words, sealed with this request's key. `headline`: what lists show.
    headline_sealed = models.BinaryField()
    contents_sealed = models.BinaryField()

    # How it is to be decided
    allowed = ArrayField(models.CharField(max_length=8))
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(
        default=1, help_text="An edit starts a new round: earlier approvals lapse."
    )
    on_timeout = models.CharField(
        max_length=8, choices=OnTimeout.choices, default=OnTimeout.EXPIRE
    )
    decided_by_policy = models.BooleanField(default=False)

    # Order and clocks
    rank_at = models.DateTimeField(
        help_text="Place in the queue: the deadline, less a head start by risk class."
    )
    created_at = models.DateTimeField()
    available_at = models.DateTimeField(help_text="Put off until then.")
    deferred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="deferred_asks",
        help_text="Who put it off and is told when it wakes.",
    )
    expires_at = models.DateTimeField()
    half_at = models.DateTimeField(
        null=True, help_text="Half of the time to decide; empty once it was told."
    )
    extended = models.BooleanField(
        default=False, help_text="Its deadline was moved once, by escalation."
    )
    decided_at = models.DateTimeField(null=True)
    execute_within_s = models.PositiveIntegerField()
    execute_before = models.DateTimeField(null=True)
    report_within_s = models.PositiveIntegerField()
    report_before = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, help_text="Changed since asked.")
    escalated_at = models.DateTimeField(null=True)
    escalation_level = models.PositiveSmallIntegerField(default=0)

    # Who holds it: the open claim's person, kept here for lists
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="held_asks",
    )
    held_until = models.DateTimeField(null=True)

    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="lookalikes"
    )
    compensates = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="compensations"
    )

    objects = ActionRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "key_digest"], name="one_request_per_key"
            ),
            models.CheckConstraint(
                name="request_status_is_known",
                condition=Q(status__in=Status.values),
            ),
            models.CheckConstraint(
                name="approval_has_an_execution_clock",
                condition=~Q(status__in=["approved", "redeemed"])
                | Q(execute_before__isnull=False),
            ),
            models.CheckConstraint(
                name="redeemed_has_a_report_clock",
                condition=~Q(status="redeemed") | Q(report_before__isnull=False),
            ),
            models.CheckConstraint(
                name="request_expires_after_it_was_made",
                condition=Q(expires_at__gt=F("created_at")),
            ),
            models.CheckConstraint(
                name="holder_has_a_lease",
                condition=Q(holder=None, held_until=None)
                | Q(holder__isnull=False, held_until__isnull=False),
            ),
            models.CheckConstraint(
                name="at_least_one_approval", condition=Q(approvals_needed__gte=1)
            ),
        ]
        indexes = [
            # The queue page over several queues, and claim-next, in order.
            models.Index(
                fields=["rank_at", "id"],
                name="ask_waiting",
                condition=Q(status="pending", merged_into=None),
            ),
            # The same for one queue; also counts what waits in it.
            models.Index(
                fields=["queue", "rank_at", "id"],
                name="ask_waiting_in_queue",
                condition=Q(status="pending", merged_into=None),
            ),
            # What many small requests of one tool add up to (selectors/sums.py).
            models.Index(fields=["system", "tool", "-created_at"], name="ask_of_tool"),
            # How a queue does: what came in the last day.
            models.Index(fields=["queue", "-created_at"], name="ask_came"),
            # The same: what left it.
            models.Index(
                fields=["queue", "-decided_at"],
                name="ask_left",
                condition=Q(decided_at__isnull=False),
            ),
            # Sweep: what runs out undecided.
            models.Index(
                fields=["expires_at"],
                name="ask_due_to_expire",
                condition=Q(status="pending"),
            ),
            # Sweep: half of the time to decide is gone.
            models.Index(
                fields=["half_at"],
                name="ask_at_half_time",
                condition=Q(status="pending", half_at__isnull=False),
            ),
            # Sweep: approvals nobody redeemed in time.
            models.Index(
                fields=["execute_before"],
                name="ask_due_to_lapse",
                condition=Q(status="approved"),
            ),
            # Sweep: redeemed, and no outcome reported.
            models.Index(
                fields=["report_before"],
                name="ask_due_to_report",
                condition=Q(status="redeemed"),
            ),
            # Sweep: leases that ran out; Home: what a person holds.
            models.Index(
                fields=["held_until"],
                name="ask_held",
                condition=Q(status="pending", holder__isnull=False),
            ),
            # Sweep: deferred requests to wake.
            models.Index(
                fields=["available_at"],
                name="ask_to_wake",
                condition=Q(status="pending", deferred_by__isnull=False),
            ),
            # The list of what is done, by status, newest first.
            models.Index(fields=["status", "-created_at", "-id"], name="ask_by_status"),
            # Similar past decisions, and this agent's record with this tool.
            models.Index(
                fields=["system", "tool", "-decided_at"],
                name="ask_history",
                condition=Q(decided_at__isnull=False),
            ),
            # The list of what was decided, newest first (selectors/lists.py).
            models.Index(
                fields=["-decided_at", "-id"],
                name="ask_decided",
                condition=Q(decided_at__isnull=False),
            ),
            # Look-alikes of one intent.
            models.Index(fields=["system", "asked_digest"], name="ask_lookalikes"),
            # Support: what was asked about one person or conversation.
            models.Index(
                fields=["subject_digest"],
                name="ask_of_subject",
                condition=~Q(subject_digest=""),
            ),
            # The same by conversation.
            models.Index(
                fields=["conversation_digest"],
                name="ask_of_conversation",
                condition=~Q(conversation_digest=""),
            ),
            # What a run asked for: on its page, and to tell its calls apart.
            models.Index(
                fields=["system", "trace_id"],
                name="ask_of_trace",
                condition=~Q(trace_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tool} ({self.id})"

    @property
    def is_critical(self) -> bool:
        """Production-destructive: looks different before it is read."""
        return (
            self.environment == Environment.PRODUCTION
            and self.risk_class == RiskClass.DESTRUCTIVE
        )

    @property
    def is_weighty(self) -> bool:
        """Nobody approves it who has not had the reason for it in view."""
        return self.environment == Environment.PRODUCTION and self.risk_class in WEIGHTY

    @property
    def is_unspoken(self) -> bool:
        """Surely nobody has decided anything yet, so nobody's word need be looked for.

        The first word on a request that needs one only also ends its waiting.
        """
        return self.status == Status.PENDING and self.approvals_needed == 1

    @property
    def grant_holder(self) -> ActionRequest:
        """A merged look-alike shares the one grant of what it was merged into."""
        return self.merged_into or self


class Evidence(models.Model):
    """When a fact on the card was observed, and how old it may be.

    Name, value and source are words: they stand in the sealed contents, by position.
    """

    ask = models.ForeignKey(
        ActionRequest, on_delete=models.CASCADE, related_name="evidence"
    )
    position = models.PositiveSmallIntegerField()
    observed_at = models.DateTimeField()
    limit_s = models.PositiveIntegerField(
        null=True, help_text="Seconds: the shorter of the agent's and the tool's."
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "position"], name="one_evidence_per_position"
            ),
        ]

    def __str__(self) -> str:
        return f"evidence {self.position} of {self.ask_id}"


class Precondition(models.Model):
    """What the approval rests on: keyed digests, for they are only ever compared."""

    ask = models.ForeignKey(
        ActionRequest, on_delete=models.CASCADE, related_name="preconditions"
    )
    position = models.PositiveSmallIntegerField()
    name_digest = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    latest = models.CharField(max_length=64)
    checked_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["ask", "name_digest"], name="one_precondition_per_name"
            ),
        ]

    def __str__(self) -> str:
        return f"precondition {self.position} of {self.ask_id}"
