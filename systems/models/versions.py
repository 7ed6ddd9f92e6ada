"""What a system was made of, as its traces show it: the change log writes itself."""

from __future__ import annotations

from django.db import models

from systems.manifests import Seen
from systems.models.systems import System


class SystemVersion(models.Model):
    """One combination of models, prompt, tools and release, and when it was seen.

    `manifest`: {"agent", "release", "provider", "model_asked", "model", "prompt",
    "tools": {name: fingerprint}}, or {"agent", "index"} of what was looked up. Prompt
    and tools are keyed fingerprints, so that a change can be told without keeping what
    anybody wrote; the words themselves stand in the traces. `digest` is over the
    manifest. What had given way to another and came back is a row of its own.
    """

    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    digest = models.CharField(max_length=64)
    manifest = models.JSONField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Also serves the look-up by manifest.
            models.UniqueConstraint(
                fields=["system", "digest", "first_seen_at"],
                name="one_version_per_manifest_and_begin",
            ),
            models.CheckConstraint(
                name="version_was_seen_in_order",
                condition=models.Q(last_seen_at__gte=models.F("first_seen_at")),
            ),
        ]
        indexes = [
            # The log of changes, by key; what was in use at a date.
            models.Index(
                fields=["system", "-first_seen_at", "-id"], name="version_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.digest[:8]}"

    @property
    def seen(self) -> Seen:
        return Seen(
            self.pk,
            self.digest,
            self.manifest,
            self.first_seen_at,
            self.last_seen_at,
        )
