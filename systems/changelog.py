"""The log of changes that writes itself, told from the versions of a system. Pure.

Several versions are in use at once: agents of one system, calls with tools and without.
So each is held against the one most like it among those in use before, which tells an
edited prompt from a second agent's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from systems.manifests import (
    Change,
    Seen,
    Value,
    What,
    differences,
    told_plainly,
    values_of,
)

# A release rolls out in minutes: until then old and new are seen side by side.
ROLL_OUT = timedelta(minutes=30)
# What works once a week is in use all week; what rests longer than others has ended.
RESTS = timedelta(days=8)
# What works once a month may still change; and an agent that others outlast by so long
# is no longer in use.
RESTS_LONG = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class Entry:
    """One version in the log.

    `since` is the version it is held against; None for the first of its agent. `again`:
    it was in use before, had given way, and is back.
    """

    seen: Seen
    since: Seen | None
    changes: tuple[Change, ...]
    again: bool

    @property
    def told(self) -> list[Change]:
        """The changes worth telling: another mixture of what was known is none."""
        return [one for one in self.changes if one.is_news]

    @property
    def begins(self) -> list[str]:
        """What the first of an agent was made of, in words."""
        return told_plainly(self.seen.manifest)

    @property
    def mixture(self) -> str:
        """A version without news, in words."""
        return f"Also seen: {', '.join(self.begins)}"

    @property
    def counted(self) -> list[Change]:
        return [one for one in self.told if not one.is_first_telling]


def history(seen: Iterable[Seen]) -> list[Entry]:
    """Return the log of changes, oldest first: an entry for each version."""
    ordered = _in_order(seen)
    lines: dict[tuple[str, str], _Line] = defaultdict(_Line)
    entries = [lines[one.line].enter(one) for one in ordered]
    presence = _Presence(ordered)
    return [presence.judge(entry) for entry in entries]


def in_use(seen: Iterable[Seen], at: datetime) -> list[Seen]:
    """Return the versions in use at a moment: seen by then, and nothing in their place.

    What rested then had in use what it had before it rested.
    """
    lines = [line for line in _lines(seen, at).values() if line.standing]
    active = max((line.active_at(at) for line in lines), default=at)
    return [
        one.seen
        for line in lines
        if active - line.active_at(at) <= RESTS_LONG
        for one in line.standing
        if line.active_at(at) - min(one.seen.last, at) <= RESTS
    ]


def has_given_way(one: Seen, others: Iterable[Seen], at: datetime) -> bool:
    """True if by then another version had taken the place of this one."""
    line = _lines([one, *others], at)[one.line]
    return line.entered[one.key].has_given_way(at)


def _in_order(seen: Iterable[Seen]) -> list[Seen]:
    return sorted(seen, key=lambda one: (one.first, one.key))


def _lines(seen: Iterable[Seen], at: datetime) -> dict[tuple[str, str], _Line]:
    """Return the lines as they stood at a moment."""
    lines: dict[tuple[str, str], _Line] = defaultdict(_Line)
    for one in _in_order(seen):
        if one.first <= at:
            lines[one.line].enter(one)
    for line in lines.values():
        line.prune(at)
    return lines


@dataclass(slots=True)
class _Entered:
    """A version, and those that came of it."""

    seen: Seen
    values: frozenset[Value]
    heirs: list[_Entered] = field(default_factory=list)

    def far_from(self, values: frozenset[Value]) -> tuple[int, float]:
        """How unlike it is; of equals the one seen last is nearer."""
        return len(self.values ^ values), -self.seen.last.timestamp()

    @property
    def reach(self) -> datetime:
        """When it or anything that came of it was last seen."""
        reach, waiting = self.seen.last, list(self.heirs)
        while waiting:
            heir = waiting.pop()
            reach = max(reach, heir.seen.last)
            waiting += heir.heirs
        return reach

    def has_given_way(self, at: datetime) -> bool:
        """True if what came of it went on for long enough after it was last seen."""
        return any(
            min(heir.reach, at) - max(heir.seen.first, self.seen.last) >= ROLL_OUT
            for heir in self.heirs
        )


class _Line:
    """The versions of one agent, entered in the order in which they were first seen."""

    def __init__(self) -> None:
        self.standing: list[_Entered] = []
        self.entered: dict[int, _Entered] = {}
        self._digests: set[str] = set()

    def enter(self, seen: Seen) -> Entry:
        self.prune(seen.first)
        mine = _Entered(seen, frozenset(values_of(seen.manifest)))
        parent = min(
            self.standing, key=lambda one: one.far_from(mine.values), default=None
        )
        again = seen.digest in self._digests
        known = {value for one in self.standing for value in one.values}
        self._digests.add(seen.digest)
        self.entered[seen.key] = mine
        self.standing.append(mine)
        if parent is None:
            return Entry(seen, None, (), again)
        parent.heirs.append(mine)
        changes = differences(parent.seen.manifest, seen.manifest)
        told = (
            replace(one, is_news=(one.what, one.name, one.after) not in known)
            for one in changes
        )
        return Entry(seen, parent.seen, tuple(told), again)

    def prune(self, at: datetime) -> None:
        """Let go what nothing will come of. What comes after comes later than `at`."""
        active = self.active_at(at)
        self.standing = [
            one
            for one in self.standing
            if active - min(one.seen.last, at) <= RESTS_LONG
            and not one.has_given_way(at)
        ]

    def active_at(self, at: datetime) -> datetime:
        return max((min(one.seen.last, at) for one in self.standing), default=at)


class _Presence:
    """When each value was there: only the whole history says what went or goes on."""

    def __init__(self, ordered: Sequence[Seen]) -> None:
        self._values: dict[tuple[str, Value], list[Seen]] = defaultdict(list)
        self._tools: dict[tuple[str, str], list[Seen]] = defaultdict(list)
        for one in ordered:
            for value in values_of(one.manifest):
                self._values[one.agent, value].append(one)
                if value[0] is What.TOOL:
                    self._tools[one.agent, value[1]].append(one)

    def judge(self, entry: Entry) -> Entry:
        judged = [self._judge(entry.seen, change) for change in entry.changes]
        return replace(entry, changes=tuple(judged))

    def _judge(self, seen: Seen, change: Change) -> Change:
        if not change.after:
            went = not _spans(self._tools[seen.agent, change.name], seen)
            return replace(change, is_news=went)
        old = self._values[seen.agent, (change.what, change.name, change.before)]
        return replace(change, goes_on=_spans(old, seen))


def _spans(others: Iterable[Seen], seen: Seen) -> bool:
    """True if one of the others was still seen when this one had rolled out."""
    after = seen.first + ROLL_OUT
    return any(one.first <= after <= one.last for one in others)
