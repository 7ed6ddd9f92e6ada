"""The one log: append-only, ordered by transaction, sealed every minute."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from reviewapp.core.models import log_order
from reviewapp.core.positions import Position

_LOG_ORDER = list(log_order.ORDER)


def _stays(table: str) -> list[pgtrigger.Trigger]:
    """Refuse change, deletion and emptying: rows of `table` are only ever added."""
    refusal = f"RAISE EXCEPTION 'Rows of core_{table} are only ever added.';"
    return [
        pgtrigger.Trigger(
            name=f"{table}_is_final",
            operation=pgtrigger.Update | pgtrigger.Delete,
            when=pgtrigger.Before,
            func=refusal,
        ),
        pgtrigger.Trigger(
            name=f"{table}_stays",
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            func=refusal,
        ),
    ]


class EventQuerySet(models.QuerySet["Event"]):
    def settled(self) -> Self:
        """Rows before which no row can appear any more.

        By id alone a reader loses what commits late: in a trial, one row in ten. Rows
        of an earlier epoch carry transaction ids of another cluster; all are settled.
        """
        newest = Epoch.objects.order_by("-number").values("number")[:1]
        return self.filter(
            models.Q(xact__lt=log_order.OldestRunning())
            | models.Q(epoch__lt=models.Subquery(newest))
        )

    def after(self, position: Position) -> Self:
        return self.filter(log_order.is_after(position))

    def before(self, position: Position) -> Self:
        return self.filter(log_order.is_before(position))

    def up_to(self, position: Position) -> Self:
        return self.filter(log_order.is_up_to(position))

    def in_log_order(self) -> Self:
        return self.order_by(*log_order.ORDER)

    def newest_first(self) -> Self:
        return self.order_by(*log_order.NEWEST_FIRST)


class Event(models.Model):
    """One act: who, verb, subject, facts, when. Facts are never words.

    `epoch` and `xact` are set by a trigger at insert, so no writer can forge the order
    in which readers see the log: `(epoch, xact, id)` below the oldest running
    transaction. The pages use the same order, newest first.
    """

    epoch = models.IntegerField(default=0, editable=False)
    xact = models.BigIntegerField(default=0, editable=False)
    at = models.DateTimeField(db_default=Now())
    verb = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=8)
    actor_name = models.CharField(max_length=254)
    # Ids are copied, not foreign keys: a row must outlive what it speaks of.
    person_id = models.BigIntegerField(null=True)
    system_id = models.UUIDField(null=True)
    key_id = models.UUIDField(null=True)
    credential = models.CharField(max_length=120, blank=True)
    session = models.CharField(max_length=64, blank=True)
    on_behalf_of = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            # Readers: everything after a position. The Log page without a filter.
            models.Index(fields=_LOG_ORDER, name="event_log_order"),
            # The history of one thing: its card, its page, the log filtered by it.
            models.Index(
                fields=["subject_type", "subject_id", *_LOG_ORDER],
                name="event_of_subject",
            ),
            # The Log page filtered by person.
            models.Index(
                fields=["person_id", *_LOG_ORDER],
                name="event_of_person",
                condition=models.Q(person_id__isnull=False),
            ),
            # An agent's stream that catches up; the Log page filtered by system.
            models.Index(
                fields=["system_id", *_LOG_ORDER],
                name="event_of_system",
                condition=models.Q(system_id__isnull=False),
            ),
            # The Log page filtered by whom an agent acted for (story 18).
            models.Index(
                fields=["on_behalf_of", *_LOG_ORDER],
                name="event_on_behalf_of",
                condition=~models.Q(on_behalf_of=""),
            ),
            # The Log page filtered by verb.
            models.Index(fields=["verb", *_LOG_ORDER], name="event_of_verb"),
            # The Log page between two times; rows lie in order of time on disk.
            BrinIndex(fields=["at"], name="event_at"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="event_order",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                # Epoch 0 is the time before the first start, that is, migrations.
                func="""
                    NEW.xact := pg_current_xact_id()::text::bigint;
                    NEW.epoch := COALESCE((SELECT max(number) FROM core_epoch), 0);
                    RETURN NEW;
                """,
            ),
            *_stays("event"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.subject_type} {self.subject_id}"

    @property
    def position(self) -> Position:
        """Where it stands. Known once read back: the insert trigger sets it."""
        return Position(self.epoch, self.xact, self.pk)


class Epoch(models.Model):
    """Grows when a dump is restored into another cluster.

    Transaction ids start low again there; without the epoch, new events would sort
    before old ones. `cluster` is PostgreSQL's system identifier, or null where the
    database role may not read it.
    """

    number = models.IntegerField(primary_key=True)
    cluster = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = _stays("epoch")

    def __str__(self) -> str:
        return f"epoch {self.number}"


class Seal(models.Model):
    """A link of the hash chain over the log: every event up to a position.

    `rows` holds 16 bytes for each event sealed, id and shortened digest, so that
    `verify_log` can name the row that was changed, deleted or slipped in.
    """

    sequence = models.BigIntegerField(primary_key=True)
    up_to_epoch = models.IntegerField()
    up_to_xact = models.BigIntegerField()
    up_to_id = models.BigIntegerField()
    rows = models.BinaryField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = _stays("seal")

    def __str__(self) -> str:
        return f"seal {self.sequence}"

    @property
    def up_to(self) -> Position:
        return Position(self.up_to_epoch, self.up_to_xact, self.up_to_id)


class Consumer(models.Model):
    """How far one reader of the log has come."""

    name = models.CharField(max_length=64, primary_key=True)
    epoch = models.IntegerField(default=0)
    xact = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.xact, self.event_id)
