"""Retention as its page shows it: what holds, since when, and what went lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewapp.core.models import Event
from systems.models import System
from traces.models import KeepShare, RetentionPolicy
from traces.retention import Kept
from traces.selectors.keeping import retention_now, shares_by_system

_LATELY = 20
# What sweeps and hands let go (traces/services/expiring.py and its neighbours).
_WENT = (
    "words.expired",
    "references.expired",
    "structure.expired",
    "dead_letters.expired",
    "words.sampled",
    "words.destroyed",
)


@dataclass(frozen=True, slots=True)
class Days:
    """One cell: the days that hold, and whether a system set its own."""

    kind: Kept
    days: int
    is_own: bool


@dataclass(frozen=True, slots=True)
class SystemDays:
    """One system's line; `share` is None where all words are kept."""

    system: System
    days: list[Days]
    share: KeepShare | None


@dataclass(frozen=True, slots=True)
class RetentionTable:
    """What holds in general, and of each system."""

    kinds: list[Kept]
    general: list[Days]
    systems: list[SystemDays]


@dataclass(frozen=True, slots=True)
class Went:
    """What one round let go; None where such a round does not count that."""

    event: Event
    what: str
    runs: int | None
    rows: int | None
    size: int | None


def retention_table() -> RetentionTable:
    """Return the whole table. Three queries for any number of systems."""
    retention, shares = retention_now(), shares_by_system()
    lines = [
        SystemDays(
            system,
            [
                Days(kind, retention.days(kind, system.pk), (system.pk, kind) in own)
                for kind in Kept
            ],
            _holding(shares.get(system.pk, [])),
        )
        for own in [retention.own]
        for system in System.objects.order_by("name", "pk")
    ]
    general = [Days(kind, retention.days(kind), False) for kind in Kept]
    return RetentionTable(list(Kept), general, lines)


def changes_of_retention() -> list[RetentionPolicy]:
    """Return the latest dated rows, newest first."""
    rows = RetentionPolicy.objects.select_related("system", "set_by")
    return list(rows.order_by("-from_at", "-id")[:_LATELY])


def went_lately() -> list[Went]:
    """Return what went lately, newest first."""
    events = Event.objects.filter(verb__in=_WENT).newest_first()[:_LATELY]
    return [Went(event, _what_went(event), *_figures(event)) for event in events]


def _what_went(event: Event) -> str:
    facts = event.facts
    match event.verb:
        case "words.expired":
            return f"Words: {facts['class']}, older than {facts['days']} days"
        case "references.expired":
            return f"Whom runs were about, older than {facts['days']} days"
        case "structure.expired":
            return f"Structure older than {facts['days']} days"
        case "dead_letters.expired":
            return f"Dead letters older than {facts['days']} days"
        case "words.sampled":
            dropped, runs = facts["dropped"], facts["runs"]
            return f"Words of ordinary runs: {dropped} of {runs} dropped"
        case _:
            return f"Words of one run, by hand: {facts['reason']}"


def _figures(event: Event) -> tuple[int | None, int | None, int | None]:
    facts = event.facts
    runs = 1 if event.verb == "words.destroyed" else facts.get("traces")
    return facts.get("runs", runs), facts.get("rows"), facts.get("bytes")


def _holding(shares: Iterable[KeepShare]) -> KeepShare | None:
    newest = max(shares, key=lambda one: (one.from_at, one.pk), default=None)
    return newest if newest is not None and newest.share < 1 else None
