"""Noting what systems are made of, as their traces show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.digests import canonical_json, keyed_digest
from reviewapp.core.events import record_events
from systems.models import System, SystemVersion

# A prompt that carries the hour makes a new version an hour; a broken one makes
# thousands a day, and then the log of changes tells nothing any more.
MOST_NEW_A_DAY = 200
# `last_seen_at` answers "is it still in use?"; one write a minute is enough for that.
_NOTED_EVERY = timedelta(minutes=1)
_ACTOR = Actor.of_process("digest")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A manifest as a trace showed it (see SystemVersion), and when."""

    # Any: a manifest is JSON.
    manifest: dict[str, Any]
    at: datetime


@transaction.atomic
def note_versions(system_id: UUID, sightings: Iterable[Sighting]) -> None:
    """Note what was seen of a system; a combination not seen before is an event.

    May run twice. Traces come late and in any order: first and last seen widen.
    """
    seen = _merged(sightings)
    known = {
        version.digest: version
        for version in SystemVersion.objects.filter(
            system_id=system_id, digest__in=seen
        )
    }
    for digest, version in known.items():
        _widen(version, *seen[digest][1:])
    new = {digest: told for digest, told in seen.items() if digest not in known}
    if new:
        _add(system_id, new)


# A manifest, and when it was first and last seen.
Seen = tuple[dict[str, Any], datetime, datetime]


def _merged(sightings: Iterable[Sighting]) -> dict[str, Seen]:
    seen: dict[str, Seen] = {}
    for sighting in sightings:
        digest = keyed_digest("version", canonical_json(sighting.manifest).decode())
        _, first, last = seen.get(digest, (None, sighting.at, sighting.at))
        first, last = min(first, sighting.at), max(last, sighting.at)
        seen[digest] = (sighting.manifest, first, last)
    return seen


def _widen(version: SystemVersion, first: datetime, last: datetime) -> None:
    rows = SystemVersion.objects.filter(pk=version.pk)
    if first < version.first_seen_at:
        rows.filter(first_seen_at__gt=first).update(first_seen_at=first)
    if last >= version.last_seen_at + _NOTED_EVERY:
        rows.filter(last_seen_at__lt=last).update(last_seen_at=last)


def _has_room(system_id: UUID, new: int) -> bool:
    newest = SystemVersion.objects.filter(system_id=system_id).order_by("-id")
    ids = list(newest.values_list("first_seen_at", flat=True)[:MOST_NEW_A_DAY])
    if len(ids) + new <= MOST_NEW_A_DAY or ids[-1] < ids[0] - timedelta(days=1):
        return True
    log.warning("versions.too_many", system=str(system_id))
    return False


def _add(system_id: UUID, new: dict[str, Seen]) -> None:
    """Add what nobody else has added meanwhile: one at a time for each system."""
    System.objects.select_for_update(no_key=True).get(pk=system_id)
    added = SystemVersion.objects.filter(system_id=system_id, digest__in=new)
    missing = new.keys() - set(added.values_list("digest", flat=True))
    if not missing or not _has_room(system_id, len(missing)):
        return
    rows = SystemVersion.objects.bulk_create(
        SystemVersion(
            system_id=system_id,
            digest=digest,
            manifest=new[digest][0],
            first_seen_at=new[digest][1],
            last_seen_at=new[digest][2],
        )
        for digest in sorted(missing)
    )
    record_events(
        "version.seen",
        [(row, {"system": str(system_id)} | _facts(row)) for row in rows],
        actor=_ACTOR,
    )


def _facts(version: SystemVersion) -> dict[str, Any]:
    """What of a manifest is no word of anybody: names and fingerprints."""
    return {
        "digest": version.digest,
        **{name: version.manifest.get(name, "") for name in ("model", "release")},
        "tools": len(version.manifest.get("tools", {})),
    }
