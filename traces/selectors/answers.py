"""The answer of a run, beside what it did and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from traces.figures import moment
from traces.selectors.steps import ActLine, Age, Tools, act_line, age_of
from traces.selectors.words_shown import Reader, Shown
from traces.steps import Answer, Step, read_by

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
    """Something the run did, however often, in a line."""

    line: ActLine
    step: int

    @property
    def is_change(self) -> bool:
        return self.line.effect in _CHANGING


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """What was asked and said; what it rests on and what was done, each at most 12.

    `changes` counts all acts that change something, `unknown` those of which nobody
    knows.
    """

    step: int
    at: datetime | None
    asked: list[Shown]
    said: list[Shown]
    went_on: bool
    grounds: Sequence[Ground]
    more_grounds: int
    deeds: Sequence[Deed]
    more_deeds: int
    changes: int
    unknown: int

    @property
    def stale(self) -> int:
        return sum(1 for one in self.grounds if one.age and one.age.is_stale)


def answer_line(
    answer: Answer, steps: Sequence[Step], reader: Reader, tools: Tools
) -> AnswerLine:
    span = answer.step.span if answer.step else None
    at_ns = span.start_ns if span else 0
    grounds = sorted(_grounds(answer, steps, reader, tools, at_ns), key=_stale_first)
    deeds = [
        Deed(act_line(act, reader, tools), step.number)
        for step in steps
        for act in step.acts
    ]
    # What changed something comes first: that is what a promise is held against.
    deeds.sort(key=lambda deed: not deed.is_change)
    return AnswerLine(
        step=answer.step.number if answer.step else 0,
        at=moment(span.end_ns) if span and span.end_ns else None,
        asked=reader.show_all(answer.asked),
        said=reader.show_all(answer.said),
        went_on=answer.went_on,
        grounds=grounds[:_MOST],
        more_grounds=max(0, len(grounds) - _MOST),
        deeds=deeds[:_MOST],
        more_deeds=max(0, len(deeds) - _MOST),
        changes=sum(deed.is_change for deed in deeds),
        unknown=sum(not deed.line.effect for deed in deeds),
    )


def _grounds(
    answer: Answer, steps: Sequence[Step], reader: Reader, tools: Tools, at_ns: int
) -> Iterable[Ground]:
    numbers = {id(act): step.number for step in steps for act in step.acts}
    for act in read_by(answer, steps):
        line = act_line(act, reader, tools)
        yield Ground(line, numbers[id(act)], age_of(act, at_ns, line.tool.limit_s))


def _stale_first(ground: Ground) -> tuple[bool, float]:
    age = ground.age
    return not (age and age.is_stale), -(age.seconds if age else 0)
