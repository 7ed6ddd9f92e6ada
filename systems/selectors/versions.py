"""What systems are and were made of, as their traces show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Max, Min

from systems.changelog import Entry, history
from systems.comparing import (
    AgentLines,
    count_changes,
    made_of,
    side_by_side,
    tools_since,
)
from systems.manifests import Seen
from systems.models import System, SystemVersion

# Of many versions the newest are compared: a prompt that carries an id makes a new one
# with each call, and then no log of changes tells anything.
MOST_COMPARED = 500
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Span:
    """How many versions a system has had, and between when they were seen."""

    versions: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Versions:
    """The versions of a system up to a moment, the newest 500 at most."""

    seen: Sequence[Seen]

    @property
    def is_cut(self) -> bool:
        return len(self.seen) >= MOST_COMPARED

    @cached_property
    def log(self) -> list[Entry]:
        return history(self.seen)

    def entries_of(self, rows: Sequence[SystemVersion]) -> list[Entry]:
        """Return the entries of some versions, in their order."""
        by_key = {entry.seen.key: entry for entry in self.log}
        return [by_key[row.pk] for row in rows]

    def made_of(self, at: datetime) -> list[AgentLines]:
        return made_of(self.seen, at)

    def counted_since(self, moment: datetime, now: datetime) -> list[str]:
        return count_changes(self.log, moment, now)

    def tools_since(self, moment: datetime) -> list[str]:
        return tools_since(self.log, moment)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A manifest at two moments, and what happened between them, newest first."""

    agents: Sequence[AgentLines]
    counted: Sequence[str]
    entries: Sequence[Entry]
    more_entries: int
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return not self.agents


def versions_of(system: System, until: datetime) -> Versions:
    """Return what a system was seen to be made of up to a moment. One query."""
    rows = SystemVersion.objects.filter(system=system, first_seen_at__lte=until)
    newest = rows.order_by("-first_seen_at", "-id")[:MOST_COMPARED]
    return Versions([row.seen for row in newest])


def span_of_versions(system: System) -> Span:
    counted = SystemVersion.objects.filter(system=system).aggregate(
        versions=Count("id"), first=Min("first_seen_at"), last=Max("last_seen_at")
    )
    return Span(**counted)


def compare_versions(system: System, before: datetime, after: datetime) -> Comparison:
    """Return what a system was made of at two moments. One query."""
    versions = versions_of(system, after)
    between = [
        entry
        for entry in reversed(versions.log)
        if before < entry.seen.first <= after and (entry.told or entry.since is None)
    ]
    return Comparison(
        agents=side_by_side(versions.seen, before, after),
        counted=count_changes(versions.log, before, after),
        entries=between[:MOST_LISTED],
        more_entries=max(0, len(between) - MOST_LISTED),
        is_cut=versions.is_cut,
    )
