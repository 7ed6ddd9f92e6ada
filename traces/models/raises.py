"""What lifts a person above their roles for a while, on one trace or one subject."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from reviewapp.core.models import User
from systems.models import System
from traces.models.traces import Trace
from traces.tiers import RaiseKind

# What upper floors tell of, each about one request or incident.
_CAUSED = [RaiseKind.HOLD.value, RaiseKind.INCIDENT.value]


class TierRaiseQuerySet(models.QuerySet["TierRaise"]):
    def running(self, person: User, now: datetime) -> Self:
        return self.filter(person=person, until__gt=now)


class TierRaise(models.Model):
    """One raise of one person: it ends by itself, and its row stays.

    `trace_key` is what `Trace.key_of` gives: a request may be held before its trace has
    come. A support reference is bound to the subject of the trace that it was first
    named for (else to its conversation, else to that trace alone); a raise by it covers
    all that is bound. `about` is the request held, or the incident.
    """

    LABEL = "raise.reference"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(
        max_length=9, choices=[(k.value, k.value) for k in RaiseKind]
    )
    tier = models.PositiveSmallIntegerField()
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    trace_key = models.UUIDField()
    subject_digest = models.CharField(max_length=64, blank=True)
    conversation_digest = models.CharField(max_length=64, blank=True)
    reference_digest = models.CharField(max_length=64, blank=True)
    # With the key of the trace; who reviews openings reads it.
    reference_sealed = models.BinaryField(null=True)
    about = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()

    objects = TierRaiseQuerySet.as_manager()

    class Meta:
        constraints = [
            # One ticket, one subject: who names it for another is refused.
            models.UniqueConstraint(
                fields=["person", "reference_digest"],
                name="one_binding_per_reference",
                condition=Q(kind=RaiseKind.REFERENCE.value),
            ),
            models.UniqueConstraint(
                fields=["person", "trace_key", "about"],
                name="one_raise_per_cause",
                condition=Q(kind__in=_CAUSED),
            ),
            models.CheckConstraint(
                name="raise_is_to_a_tier", condition=Q(tier__range=(1, 4))
            ),
            models.CheckConstraint(
                name="raise_names_its_cause",
                condition=Q(kind=RaiseKind.REFERENCE.value, about=None)
                & ~Q(reference_digest="")
                | Q(
                    kind__in=_CAUSED,
                    about__isnull=False,
                    reference_digest="",
                ),
            ),
        ]
        indexes = [
            # What lifts a person now: asked with every trace that is opened.
            models.Index(fields=["person", "until"], name="raise_running"),
            # The end of a hold or an incident.
            models.Index(
                fields=["about"],
                name="raise_about",
                condition=Q(about__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to tier {self.tier}"

    def covers(self, trace: Trace) -> bool:
        """True if the raise is for this trace, too."""
        if self.trace_key == trace.pk:
            return True
        if self.kind != RaiseKind.REFERENCE:
            return False
        if self.subject_digest and trace.subject_digest:
            return self.subject_digest == trace.subject_digest
        # Conversations are numbered by each system for itself.
        return (
            bool(self.conversation_digest)
            and self.system_id == trace.system_id
            and self.conversation_digest == trace.conversation_digest
        )
