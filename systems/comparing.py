"""What a system was made of at two dates, side by side. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from systems.changelog import Entry, in_use
from systems.manifests import Seen, Value, What, values_of

_Held = dict[tuple[What, str], set[str]]
_When = dict[tuple[str, Value], tuple[datetime, datetime]]
_ORDER = {what: place for place, what in enumerate(What)}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing at both dates; several values where several were in use.

    `first` and `last` say when the later values were seen, over all versions.
    """

    what: What
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    first: datetime | None = None
    last: datetime | None = None

    @property
    def joint(self) -> str:
        """What stands before the version of an index, which is named beside it."""
        return f"{self.name}@"

    @property
    def fate(self) -> str:
        """same, changed, new or gone."""
        if self.before == self.after:
            return "same"
        if self.before and self.after:
            return "changed"
        return "new" if self.after else "gone"


@dataclass(frozen=True, slots=True)
class AgentLines:
    """All of one agent; `agent` is empty where the traces name none."""

    agent: str
    lines: Sequence[Line]

    @property
    def is_new(self) -> bool:
        return not any(line.before for line in self.lines)

    @property
    def is_gone(self) -> bool:
        return not any(line.after for line in self.lines)

    @property
    def tools(self) -> list[Line]:
        return [line for line in self.lines if line.what is What.TOOL]

    @property
    def others(self) -> list[Line]:
        return [line for line in self.lines if line.what is not What.TOOL]


def side_by_side(
    seen: Iterable[Seen], before: datetime, after: datetime
) -> list[AgentLines]:
    """Return what was in use at two moments, agent by agent in order of name."""
    seen = list(seen)
    old, new = (_values(in_use(seen, at)) for at in (before, after))
    when = _when(seen)
    return [
        AgentLines(agent, list(_lines(agent, old[agent], new[agent], when)))
        for agent in sorted({*old, *new})
    ]


def made_of(seen: Iterable[Seen], at: datetime) -> list[AgentLines]:
    """Return what is in use at a moment; each line has it on its later side."""
    return side_by_side(seen, datetime.min.replace(tzinfo=at.tzinfo), at)


def count_changes(
    entries: Iterable[Entry], after: datetime, until: datetime
) -> list[str]:
    """Return in words how often what changed in (after, until], the model first.

    Tools are counted by name: one that came, went and came again is one new tool.
    """
    changes = [
        (change.what, change.fate, change.name)
        for entry in entries
        if after < entry.seen.first <= until
        for change in entry.counted
    ]
    tools = {change for change in changes if change[0] is What.TOOL}
    others = [change for change in changes if change[0] is not What.TOOL]
    counted = Counter((what, fate) for what, fate, _ in (*tools, *others))
    return [tell(number) for kind, tell in _WORDS.items() if (number := counted[kind])]


def tools_since(entries: Iterable[Entry], moment: datetime) -> list[str]:
    """Return the names of tools first seen after a moment, in order of appearance."""
    names = (
        change.name
        for entry in entries
        if entry.seen.first > moment
        for change in entry.counted
        if change.what is What.TOOL and change.fate == "new"
    )
    return list(dict.fromkeys(names))


def _values(seen: Iterable[Seen]) -> dict[str, _Held]:
    found: dict[str, _Held] = defaultdict(lambda: defaultdict(set))
    for one in seen:
        for what, name, value in values_of(one.manifest):
            found[one.agent][what, name].add(value)
    return found


def _when(seen: Iterable[Seen]) -> _When:
    when: _When = {}
    for one in seen:
        for value in values_of(one.manifest):
            first, last = when.get((one.agent, value), (one.first, one.last))
            when[one.agent, value] = (min(first, one.first), max(last, one.last))
    return when


def _lines(agent: str, old: _Held, new: _Held, when: _When) -> Iterator[Line]:
    for what, name in sorted({*old, *new}, key=lambda key: (_ORDER[key[0]], key[1])):
        before, after = old.get((what, name), ()), new.get((what, name), ())
        spans = [when[agent, (what, name, value)] for value in after]
        yield Line(
            what,
            name,
            tuple(sorted(before)),
            tuple(sorted(after)),
            min((first for first, _ in spans), default=None),
            max((last for _, last in spans), default=None),
        )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"


# In the order in which they are told.
_WORDS: dict[tuple[What, str], Callable[[int], str]] = {
    (What.MODEL, "changed"): lambda n: f"model changed {_times(n)}",
    (What.ASKED, "changed"): lambda n: f"model asked for changed {_times(n)}",
    (What.PROVIDER, "changed"): lambda n: f"provider changed {_times(n)}",
    (What.PROMPT, "changed"): lambda n: _of(n, "prompt edit"),
    (What.TOOL, "new"): lambda n: _of(n, "new tool"),
    (What.TOOL, "changed"): lambda n: _of(n, "changed tool"),
    (What.TOOL, "gone"): lambda n: _of(n, "removed tool"),
    (What.INDEX, "changed"): lambda n: f"index rebuilt {_times(n)}",
    (What.RELEASE, "changed"): lambda n: _of(n, "release"),
}
