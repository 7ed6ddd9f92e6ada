"""Dead letters: what could not be digested."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

from systems.models import System


class Quarantined(models.Model):
    """What could not be digested, kept until somebody replays or drops it.

    `sealed`: the OTLP body with this one span in it (or the whole batch, where nothing
    in it could be read), sealed with a key of its own, `id`. `reason` is a code.
    """

    # An import of which one span broke keeps what was made of it: there is no batch of
    # that kind, and the recording is imported anew by whoever has it.
    AS_UNDERSTOOD: Final = "application/json"

    id = models.UUIDField(primary_key=True, editable=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    batch = models.BigIntegerField()
    signal = models.CharField(max_length=8)
    content_type = models.CharField(max_length=40)
    trace_id = models.UUIDField(null=True)
    span_id = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=60)
    sealed = models.BinaryField()
    size = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    quarantined_at = models.DateTimeField()
    # What became of it in the end.
    replayed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="quarantined_has_one_end",
                condition=Q(replayed_at=None) | Q(dropped_at=None),
            ),
        ]
        indexes = [
            # The page of dead letters: what waits, newest first.
            models.Index(
                fields=["-quarantined_at"],
                name="quarantined_waiting",
                condition=Q(replayed_at=None, dropped_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} in batch {self.batch}"

    @property
    def is_replayable(self) -> bool:
        """True if the digest can take it up again."""
        return self.content_type != self.AS_UNDERSTOOD
