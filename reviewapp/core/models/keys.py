"""The keys database: data keys, and the tombstones of those destroyed.

These tables live in `KEYS_DATABASE_URL` (see reviewapp/core/routers.py), which is
dumped apart from the main database.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DataKeyManager(models.Manager["DataKey"]):
    def get_queryset(self) -> models.QuerySet[DataKey]:
        return super().get_queryset().using("keys")


class DataKey(models.Model):
    """One owner's key, wrapped by the master key. A destroyed one is a tombstone."""

    owner = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    objects: ClassVar[DataKeyManager] = DataKeyManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="destroyed_key_is_empty",
                condition=models.Q(destroyed_at=None) | models.Q(wrapped=b""),
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.owner}"
