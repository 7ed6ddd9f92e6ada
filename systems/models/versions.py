"""What a system was made of, as its traces show it: the change log writes itself."""

from __future__ import annotations

from django.db import models

from systems.models.systems import System


class SystemVersion(models.Model):
    """One combination of models, prompt, tools and release, as seen in a trace.

    `manifest`: {"agent", "release", "provider", "model_asked", "model", "prompt",
    "index", "tools": {name: fingerprint}}. Prompt and tools are keyed fingerprints, so
    that a change can be told without keeping what anybody wrote; the words themselves
    stand in the traces. `digest` is over the manifest.
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
            models.UniqueConstraint(
                fields=["system", "digest"], name="one_version_per_manifest"
            ),
            models.CheckConstraint(
                name="version_was_seen_in_order",
                condition=models.Q(last_seen_at__gte=models.F("first_seen_at")),
            ),
        ]
        indexes = [
            # The manifest of a system as of a date; and what was new since when.
            models.Index(fields=["system", "-first_seen_at"], name="version_of_system"),
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.digest[:8]}"
