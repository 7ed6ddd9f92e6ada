"""The answer of a run, beside what it did and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from traces.fates import Fate
from traces.figures import moment
from traces.selectors.ages import Age
from traces.selectors.steps import ActLine, Tools, act_line
from traces.selectors.words_shown import Reader, Shown
from traces.steps import Act, Answer, Step, read_by

_MOST = 12
_CHANGING = frozenset({"write", "destructive", "broadcast"})


@dataclass(frozen=True, slots=True)
class Ground:
    """A result that the model had before it, and how old it was at the answer."""

    line: ActLine
    step: int
    age: Age | None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the run did. `age` is that of its result, where the answer had it."""

    line: ActLine
    step: int
    age: Age | None = None

    @property
    def is_change(self) -> bool:
        return self.line.effect in _CHANGING

    @property
    def is_doubtful(self) -> bool:
        """True if its result was too old, or says that it is older than its call."""
        age = self.age
        return age is not None and (age.is_stale or age.is_contradicted)

    @property
    def kind(self) -> tuple[bool, bool, str, str]:
        """What deeds that are told in one line have in common."""
        return self.is_change, self.is_doubtful, self.line.name, self.line.state


@dataclass(frozen=True, slots=True)
class DoneLine:
    """Deeds alike, in one line: the first of them, how many, the oldest age."""

    first: Deed
    times: int
    age: Age | None


@dataclass(frozen=True, slots=True)
class Balance:
    """How many acts that change something were done, failed, were only announced, were
    announced and may have run, or have not ended; how many were refused by a person,
    wait for one, were asked for and not carried out, or were asked for with nothing to
    tell what came of it; and of how many nobody knows what they do.

    What a promise is held against: an act that failed has changed nothing.
    """

    acts: int
    done: int
    failed: int
    announced: int
    unseen: int
    open: int
    refused: int
    waiting: int
    not_done: int
    asked: int
    unknown: int

    @property
    def only_read(self) -> bool:
        told = (self.done, self.failed, self.announced, self.unseen, self.open)
        asked = (self.refused, self.waiting, self.not_done, self.asked)
        return bool(self.acts) and not any((*told, *asked, self.unknown))


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What was asked and said, what it rests on and what was done.

    `done` is the same as `deeds` with alike ones together, the first twelve of them.
    `not_called` are tools that were offered and never called. `waits`: for a person.
    `may_miss`: spans of the run are not here, and so perhaps something that it did.
    """

    step: int
    at: datetime | None
    asked: list[Shown]
    said: list[Shown]
    went_on: bool
    grounds: Sequence[Ground]
    deeds: Sequence[Deed]
    done: Sequence[DoneLine]
    more: int
    balance: Balance
    waits: bool
    may_miss: bool
    not_called: Sequence[str]


def answer_line(
    answer: Answer, steps: Sequence[Step], reader: Reader, tools: Tools
) -> AnswerLine:
    span = answer.step.span if answer.step else None
    deeds = _deeds(answer, steps, reader, tools)
    grounds = [Ground(one.line, one.step, one.age) for one in deeds if one.age]
    done = _together(deeds)
    return AnswerLine(
        step=answer.step.number if answer.step else 0,
        at=moment(span.end_ns) if span and span.end_ns else None,
        asked=reader.show_all(answer.asked),
        said=reader.show_all(answer.said),
        went_on=answer.went_on,
        grounds=sorted(grounds, key=_stale_first)[:_MOST],
        deeds=deeds,
        done=done[:_MOST],
        more=max(0, len(done) - _MOST),
        balance=balance_of(deeds),
        waits=any(deed.line.state == Fate.WAITS for deed in deeds),
        may_miss=reader.may_miss,
        not_called=_not_called(steps),
    )


def balance_of(deeds: Iterable[Deed]) -> Balance:
    deeds = list(deeds)
    states = Counter(deed.line.state for deed in deeds if deed.is_change)
    return Balance(
        acts=len(deeds),
        done=states["done"],
        failed=states["failed"],
        announced=states["announced"],
        unseen=states["unseen"],
        open=states["open"],
        refused=states["refused"],
        waiting=states["waiting"],
        not_done=states["not_done"],
        asked=states["asked"],
        unknown=sum(not deed.line.effect for deed in deeds),
    )


def _deeds(
    answer: Answer, steps: Sequence[Step], reader: Reader, tools: Tools
) -> list[Deed]:
    read = {id(act) for act in read_by(answer, steps)}
    span = answer.step.span if answer.step else None
    at_ns = span.start_ns if span else 0

    def deed_of(act: Act, step: Step) -> Deed:
        line = act_line(act, reader, tools)
        age = line.age_at(at_ns) if id(act) in read else None
        return Deed(line, step.number, age)

    return [deed_of(act, step) for step in steps for act in step.acts]


def _together(deeds: Iterable[Deed]) -> list[DoneLine]:
    """What changed something first, then what was doubtful: promises and premises.

    Otherwise in the order of the run.
    """
    groups: dict[tuple[bool, bool, str, str], list[Deed]] = {}
    for deed in deeds:
        groups.setdefault(deed.kind, []).append(deed)
    lines = []
    for some in groups.values():
        ages = [deed.age for deed in some if deed.age]
        oldest = max(ages, key=lambda age: age.worst, default=None)
        lines.append(DoneLine(some[0], len(some), oldest))
    return sorted(lines, key=lambda line: _pressing(line.first))


def _pressing(deed: Deed) -> tuple[bool, bool]:
    return not deed.is_change, not deed.is_doubtful


def _not_called(steps: Iterable[Step]) -> list[str]:
    """The tools that its models were offered and never called."""
    steps = list(steps)
    called = {act.name for step in steps for act in step.acts}
    offered = {name for step in steps if step.span for name in step.span.tools}
    return sorted(offered - called)


def _stale_first(ground: Ground) -> tuple[bool, float]:
    age = ground.age
    return not (age and age.is_stale), -(age.worst[1] if age else 0)
