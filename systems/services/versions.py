"""Noting what systems are made of, as their traces show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.digests import canonical_json, keyed_digest
from reviewapp.core.events import record_events
from systems.changelog import RESTS, ROLL_OUT, has_given_way
from systems.manifests import Sighting
from systems.models import System, SystemVersion

# A prompt that carries the hour makes a new version an hour; a broken one makes
# thousands a day, and then the log of changes tells nothing any more.
MOST_NEW_A_DAY = 200
# Of many, the newest tell what is in use.
MOST_COMPARED = 500
# `last_seen_at` answers "is it still in use?"; one write a minute is enough for that.
_NOTED_EVERY = timedelta(minutes=1)
_ACTOR = Actor.of_process("digest")
log = structlog.get_logger(__name__)


@transaction.atomic
def note_versions(system_id: UUID, sightings: Iterable[Sighting]) -> None:
    """Note what was seen of a system; what is new, or back, is an event.

    May run twice. Traces come late and in any order: first and last seen widen. An
    agent's clock that runs ahead shows nothing later than now.
    """
    now = timezone.now()
    fresh = _widen_known(system_id, _merged(sightings, now))
    if fresh:
        _add(system_id, fresh, now)


# A manifest, and when it was first and last seen.
Told = tuple[dict[str, Any], datetime, datetime]


def _merged(sightings: Iterable[Sighting], now: datetime) -> dict[str, Told]:
    """Return what was told by digest, in the order in which rows are locked."""
    told: dict[str, Told] = {}
    for sighting in sightings:
        at = min(sighting.at, now)
        digest = keyed_digest("version", canonical_json(sighting.manifest).decode())
        _, first, last = told.get(digest, (None, at, at))
        told[digest] = (sighting.manifest, min(first, at), max(last, at))
    return dict(sorted(told.items()))


def _widen_known(system_id: UUID, told: dict[str, Told]) -> dict[str, Told]:
    """Widen the stretches that were known; return what begins a new one."""
    known: dict[str, list[SystemVersion]] = defaultdict(list)
    rows = SystemVersion.objects.filter(system_id=system_id, digest__in=told)
    for row in rows.order_by("first_seen_at"):
        known[row.digest].append(row)
    fresh = {}
    for digest, (manifest, first, last) in told.items():
        stretch = _stretch_at(known[digest], first)
        if stretch is None:
            fresh[digest] = (manifest, first, last)
        else:
            _widen(stretch, first, last)
    return fresh


def _stretch_at(stretches: list[SystemVersion], at: datetime) -> SystemVersion | None:
    """Return the stretch that a sighting belongs to; None if it begins one."""
    begun = [one for one in stretches if one.first_seen_at <= at]
    if begun and not _is_back(begun[-1], at):
        return begun[-1]
    return next(iter(stretches[len(begun) :]), None)


def _is_back(version: SystemVersion, at: datetime) -> bool:
    """True if something else was in its place between its last sighting and this."""
    if at < version.last_seen_at + ROLL_OUT:
        return False
    others = SystemVersion.objects.filter(
        system_id=version.system_id, last_seen_at__gte=version.first_seen_at - RESTS
    ).exclude(pk=version.pk)
    newest = others.order_by("-first_seen_at")[:MOST_COMPARED]
    return has_given_way(version.seen, [one.seen for one in newest], at)


def _widen(version: SystemVersion, first: datetime, last: datetime) -> None:
    rows = SystemVersion.objects.filter(pk=version.pk)
    if first < version.first_seen_at:
        rows.filter(first_seen_at__gt=first).update(first_seen_at=first)
    if last >= version.last_seen_at + _NOTED_EVERY:
        rows.filter(last_seen_at__lt=last).update(last_seen_at=last)


def _has_room(system_id: UUID, new: int, now: datetime) -> bool:
    lately = SystemVersion.objects.filter(
        system_id=system_id, first_seen_at__gt=now - timedelta(days=1)
    )
    if lately.count() + new <= MOST_NEW_A_DAY:
        return True
    log.warning("versions.too_many", system=str(system_id))
    return False


def _add(system_id: UUID, told: dict[str, Told], now: datetime) -> None:
    """Add what nobody else has added meanwhile: one at a time for each system."""
    System.objects.select_for_update(no_key=True).get(pk=system_id)
    fresh = _widen_known(system_id, told)
    if not fresh or not _has_room(system_id, len(fresh), now):
        return
    rows = SystemVersion.objects.bulk_create(
        SystemVersion(
            system_id=system_id,
            digest=digest,
            manifest=fresh[digest][0],
            first_seen_at=fresh[digest][1],
            last_seen_at=fresh[digest][2],
        )
        for digest in sorted(fresh)
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
