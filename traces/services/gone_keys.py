"""After a dump of the keys was restored: what was destroyed since is destroyed again.

The main database remembers what is gone, by tombstones and marks; a dump of the keys
that is older than the destruction brings the keys back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import DataKey, Epoch
from reviewapp.core.words import destroy_keys
from traces.models import Keeping, Quarantined, Tombstone

_ACTOR = Actor.of_process("tombstone sweep")
_BATCH = 5000


def destroy_gone_keys() -> int:
    """Destroy keys that stand again though their words are gone; return how many.

    Nightly, and by hand after a restore (docs/restoring.md). Nearly always none.
    """
    gone, total = _gone(), 0
    while owners := list(islice(gone, _BATCH)):
        total += _destroy(owners)
    return total


def _gone() -> Iterator[UUID]:
    """Owners whose keys stand no more: traces and dead letters that came to an end."""
    erased = Keeping.objects.filter(words_gone_at__isnull=False, erasing=False)
    yield from erased.values_list("pk", flat=True).iterator(_BATCH)
    yield from Tombstone.objects.values_list("pk", flat=True).iterator(_BATCH)
    ended = Quarantined.objects.filter(
        Q(replayed_at__isnull=False) | Q(dropped_at__isnull=False), sealed=b""
    )
    yield from ended.values_list("pk", flat=True).iterator(_BATCH)


def _destroy(owners: Collection[UUID]) -> int:
    standing = DataKey.objects.filter(owner__in=owners, destroyed_at=None)
    found = list(standing.values_list("owner", flat=True))
    if not found:
        return 0
    with transaction.atomic():
        # About no one thing: it belongs to the time that began with the restore.
        since = Epoch.objects.order_by("-number").first() or Epoch(number=0)
        facts = {"keys": len(found)}
        record_event("keys.destroyed_again", since, actor=_ACTOR, facts=facts)
    return destroy_keys(found, timezone.now())
