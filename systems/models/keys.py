"""The keys that agents sign in with."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models

from reviewapp.core.models import User
from systems.models.systems import System, check_printable


class Scope(models.TextChoices):
    """Which doors a key opens (docs/api.md)."""

    REQUESTS = "requests", "Requests"
    TRACES = "traces", "Traces"
    SIGNALS = "signals", "Signals"


class KeyState(models.TextChoices):
    """What stands in the way of a key, if anything. Derived, never stored."""

    VALID = "valid", "Valid"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


class Key(models.Model):
    """A bearer key of one system.

    Only the SHA-256 of the secret is kept; it has 256 random bits, so a slow password
    hash would add nothing but time to every call. `prefix` is what a person sees of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=12)
    secret_digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=8, choices=Scope.choices))
    label = models.CharField(max_length=120, blank=True, validators=[check_printable])
    issued_by = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Written at most once a minute (systems.rules.USE_NOTED_EVERY).
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    replaced_by = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaces"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="key_scopes_are_known",
                condition=models.Q(scopes__contained_by=Scope.values)
                & models.Q(scopes__len__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def state_at(self, now: datetime) -> KeyState:
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.expires_at is not None and self.expires_at <= now:
            return KeyState.EXPIRED
        return KeyState.VALID
