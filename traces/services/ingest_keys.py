"""Data keys of raw batches: one for each process and five minutes, soon destroyed.

A key for every batch would write to the keys database at every export. A shared one is
made and committed before its first use, kept in memory, and destroyed once its batches
are digested: what stands in a dump of the outbox can then be read by nobody.

Ingest keys need no event each: nobody decides over them, and what they sealed is kept
under the keys of its traces.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from reviewapp.core.models.keys import DataKey
from reviewapp.core.words import Keyring, destroy_keys
from traces.models import IngestKey

USED_FOR_S = 300
DESTROYED_AFTER = timedelta(minutes=15)
# By this their owners are told from others in the keys database, where a licence no
# longer says so: a restored dump of the keys brings back keys that were destroyed.
_MARK = b"ingest"
_FIRST = UUID(bytes=_MARK + bytes(10))
_LAST = UUID(bytes=_MARK + b"\xff" * 10)


class CurrentKey:
    """The key that this process seals batches with at the moment. Safe for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: tuple[UUID, Keyring] | None = None
        self._until = 0.0

    def take(self) -> tuple[UUID, Keyring]:
        """Return the key's owner and keyring, making one where the last is over.

        One made inside a transaction is not kept: its licence may yet be rolled back.
        """
        with self._lock:
            if self._held is not None and time.monotonic() < self._until:
                return self._held
            made = _make_key()
            if not transaction.get_connection().in_atomic_block:
                self._held, self._until = made, time.monotonic() + USED_FOR_S
            return made

    def drop(self) -> None:
        """Make another one at the next call."""
        with self._lock:
            self._held = None


current = CurrentKey()


def _make_key() -> tuple[UUID, Keyring]:
    """The licence first: a key is never in use without it."""
    owner = UUID(bytes=_MARK + os.urandom(10))
    IngestKey.objects.create(pk=owner, made_at=timezone.now())
    return owner, Keyring.make_many([owner])


def destroy_ingest_keys(now: datetime) -> int:
    """Destroy the keys that no batch needs any more; return how many.

    A licence goes first, unless a batch arrives under it at that very moment; then the
    keys without one.
    """
    limit = now - DESTROYED_AFTER
    idle = IngestKey.objects.filter(made_at__lt=limit, batches=None)
    for owner in idle.values_list("pk", flat=True):
        _withdraw(owner)
    keys = DataKey.objects.filter(
        owner__range=(_FIRST, _LAST), created_at__lt=limit, destroyed_at=None
    )
    owners = set(keys.values_list("owner", flat=True))
    licensed = IngestKey.objects.filter(pk__in=owners).values_list("pk", flat=True)
    return destroy_keys(owners - set(licensed), now)


def _withdraw(owner: UUID) -> None:
    # A batch may come in after all, and keeps the licence until it is digested.
    with suppress(IntegrityError):
        IngestKey.objects.filter(pk=owner).delete()
