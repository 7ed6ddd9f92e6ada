"""What is kept how long, what is held back from going, and what has gone."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import Exists, Q

from traces.models import Keeping, KeepShare, Preservation, RetentionPolicy, Trace
from traces.retention import DEFAULT_DAYS, Kept, Retention


def retention_now() -> Retention:
    """Return the days that hold now, in one query."""
    newest = RetentionPolicy.objects.order_by("kind", "system_id", "-from_at", "-id")
    general: dict[Kept, int] = dict(DEFAULT_DAYS)
    own: dict[tuple[UUID, Kept], int] = {}
    for row in newest.distinct("kind", "system_id"):
        kind = Kept(row.kind)
        if row.system_id is None:
            general[kind] = row.days or DEFAULT_DAYS[kind]
        elif row.days is not None:
            own[row.system_id, kind] = row.days
    return Retention(general, own)


def shares_by_system() -> dict[UUID, list[KeepShare]]:
    """Return every system's shares, oldest first; a system without one keeps all."""
    shares: dict[UUID, list[KeepShare]] = defaultdict(list)
    for share in KeepShare.objects.order_by("from_at", "id"):
        shares[share.system_id].append(share)
    return shares


def preserved(path: str = "") -> Exists:
    """Return the condition that a hold covers a trace, reached from a row by `path`."""
    return Exists(Preservation.objects.covering(path))


def is_preserved(trace: Trace) -> bool:
    return Trace.objects.filter(pk=trace.pk).filter(preserved()).exists()


def gone_words_of(trace: Trace) -> Keeping | None:
    """Return why and since when a trace has no words, or None while it may have."""
    return Keeping.objects.filter(trace=trace, words_gone_at__isnull=False).first()


def holds_on(trace: Trace) -> list[Preservation]:
    """Return the holds that cover a trace now, the oldest first."""
    covers = (
        Q(trace_key=trace.pk)
        | Q(system=trace.system_id)
        | Q(scope="conversation", digest=trace.conversation_digest)
        | Q(scope="subject", digest=trace.subject_digest)
    )
    standing = Preservation.objects.standing().filter(covers)
    return list(standing.order_by("placed_at"))
