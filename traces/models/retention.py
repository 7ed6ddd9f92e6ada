"""How long things are kept, what is held back from going, and what is left of it."""

from __future__ import annotations

from typing import Self
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from systems.models import System
from traces.models.traces import Trace
from traces.retention import LONGEST_DAYS, Gone, Kept, Why


def never_changed(name: str) -> list[pgtrigger.Trigger]:
    """A setting is dated: a new value is a new row, the old ones say what held when."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_final",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'A dated setting is never changed.';",
        )
    ]


class RetentionPolicy(models.Model):
    """How many days something is kept, from a date on; the newest row holds.

    Without a system it holds for all that have no row of their own. `days` null gives a
    system back to the general rule.
    """

    kind = models.CharField(max_length=12, choices=Kept.choices)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, null=True, related_name="+"
    )
    days = models.PositiveSmallIntegerField(null=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    from_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="retention_is_a_day_or_more",
                condition=Q(days__range=(1, LONGEST_DAYS))
                | Q(days=None, system__isnull=False),
            ),
        ]
        indexes = [
            # The newest row of each kind and system.
            models.Index(
                fields=["kind", "system", "-from_at", "-id"], name="retention_newest"
            ),
        ]
        triggers = never_changed("retention")

    def __str__(self) -> str:
        return f"{self.kind}: {self.days} days from {self.from_at:%Y-%m-%d}"


class KeepShare(models.Model):
    """Which share of ordinary runs keeps its words, for runs first seen from a date on.

    What was recorded under an earlier share is not dropped by a later one.
    """

    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="keep_shares"
    )
    share = models.FloatField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    from_at = models.DateTimeField()

    class Meta:
        ordering = ["system", "from_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="keep_share_is_a_share", condition=Q(share__range=(0, 1))
            ),
        ]
        triggers = never_changed("keep_share")

    def __str__(self) -> str:
        return f"{self.percent} from {self.from_at:%Y-%m-%d}"

    @property
    def percent(self) -> str:
        return f"{self.share * 100:g} %"


class Keeping(models.Model):
    """What became of the words of one trace; most traces have no such row, and all.

    `share` is the probability with which its words were kept, once that was decided.
    `erasing`: the event is written and the words are said to be gone, but key and rows
    may still be there: a sweep goes on where a process died.
    """

    trace = models.OneToOneField(
        Trace, on_delete=models.CASCADE, primary_key=True, related_name="keeping"
    )
    share = models.FloatField(null=True)
    sampled_at = models.DateTimeField(null=True)
    words_gone_at = models.DateTimeField(null=True)
    why_gone = models.CharField(max_length=10, choices=Gone.choices, blank=True)
    erasing = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="gone_words_say_why",
                condition=Q(words_gone_at=None, why_gone="", erasing=False)
                | Q(words_gone_at__isnull=False) & ~Q(why_gone=""),
            ),
            models.CheckConstraint(
                name="sampled_trace_has_its_share",
                condition=Q(share=None, sampled_at=None)
                | Q(share__range=(0, 1), sampled_at__isnull=False),
            ),
        ]
        indexes = [
            # The sweep that goes on with what was begun.
            models.Index(
                fields=["trace"], name="keeping_erasing", condition=Q(erasing=True)
            ),
        ]

    def __str__(self) -> str:
        return f"words of {self.trace_id}: {self.why_gone or 'kept'}"


class KeepReason(models.Model):
    """Why the words of one trace are kept whatever the share.

    `trace_key` is no foreign key: a request may ask before the trace has come.
    """

    trace_key = models.UUIDField()
    why = models.CharField(max_length=8, choices=Why.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trace_key", "why"], name="one_keep_reason_per_trace_and_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trace_key}: {self.why}"


class PreservationQuerySet(models.QuerySet["Preservation"]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)

    def covering(self, path: str = "") -> Self:
        """Those that cover the trace of an outer query, reached there by `path`.

        For `Exists(…)`: `path` is "" where the outer query is of traces, else e.g.
        "segment__trace__".
        """
        outer = models.OuterRef
        return self.standing().filter(
            Q(trace_key=outer(f"{path}pk"))
            | Q(system=outer(f"{path}system"))
            | Q(scope="conversation", digest=outer(f"{path}conversation_digest"))
            | Q(scope="subject", digest=outer(f"{path}subject_digest"))
        )


class Preservation(models.Model):
    """A legal hold: nothing of what it covers goes, by sweep or by hand.

    The reference that `digest` stands for and the note are words, sealed with a key of
    this row's own.
    """

    class Scope(models.TextChoices):
        TRACE = "trace", "One trace"
        CONVERSATION = "conversation", "A conversation"
        SUBJECT = "subject", "A person"
        SYSTEM = "system", "A whole system"

    class Reason(models.TextChoices):
        LITIGATION = "litigation", "Litigation"
        AUTHORITY = "authority", "An authority asks"
        INCIDENT = "incident", "An incident"
        COMPLAINT = "complaint", "A complaint"
        AUDIT = "audit", "An audit"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    scope = models.CharField(max_length=12, choices=Scope.choices)
    trace_key = models.UUIDField(null=True)
    system = models.ForeignKey(
        System, on_delete=models.PROTECT, null=True, related_name="+"
    )
    digest = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words_sealed = models.BinaryField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    objects = PreservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="preservation_names_what_it_covers",
                condition=Q(
                    scope="trace", trace_key__isnull=False, system=None, digest=""
                )
                | Q(scope="system", trace_key=None, system__isnull=False, digest="")
                | Q(scope__in=("conversation", "subject"), trace_key=None, system=None)
                & ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="preservation_is_lifted_by_somebody",
                condition=Q(lifted_by=None, lifted_at=None)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False),
            ),
        ]
        indexes = [
            # Sweeps ask of every candidate whether something holds it.
            models.Index(
                fields=["trace_key"],
                name="preservation_of_trace",
                condition=Q(lifted_at=None),
            ),
            # The page: standing ones and lifted ones, newest first.
            models.Index(fields=["-placed_at", "-id"], name="preservation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}, since {self.placed_at:%Y-%m-%d}"


class Tombstone(models.Model):
    """What stays of a trace whose structure is gone: that it was, and why it went."""

    id = models.UUIDField(primary_key=True, editable=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    trace_id = models.UUIDField()
    spans = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Gone.choices)
    buried_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Somebody asks for a trace that is no more.
            models.Index(fields=["trace_id"], name="tombstone_of_trace"),
        ]

    def __str__(self) -> str:
        return self.trace_id.hex
