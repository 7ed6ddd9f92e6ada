"""What a draft for the customer is composed of: masked, and without reasoning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from reviewapp.core.look.spans import words_for
from traces.explaining import TOLD, Deed, Material, cut, plainly, spoken_name
from traces.models import Trace
from traces.own_dates import Says
from traces.selectors.ages import Age
from traces.selectors.answers import Deed as Done
from traces.selectors.answers import answer_line
from traces.selectors.inherited import (
    Inherited,
    inherited_facts,
    inherited_parts,
)
from traces.selectors.reach import Reach
from traces.selectors.steps import tools_of
from traces.selectors.words_shown import Reader, Shown
from traces.spans import PartShape, SpanShape, WordClass
from traces.steps import Answer, Step, read_by
from traces.tiers import Clarity

# Of what was looked up and of what was done; a customer reads no log.
_MOST = 12
# In signs, of a letter that has 20,000 (traces.explaining.LONGEST): what was asked and
# what was answered, what was looked up and what was done, what was there from before.
_ROOM_SAID, _ROOM_DEEDS, _ROOM_BEFORE = 3_500, 4_500, 2_500
# Of one of them, which always finds room: of its tool's name, and of all its results.
_LONGEST_NAME, _LONGEST_CAME = 120, 1_800
# What came back is the thing itself: not the word of a person who was asked for it.
_CAME = frozenset({"done", "failed"})


@dataclass(frozen=True, slots=True)
class TowardsCustomer(Reach):
    """A person's reach as far as it serves an explanation.

    Dialogue and tools, masked for everybody: who reads a trace in clear must not carry
    secrets out by drafting. Reasoning and opaque words are not even opened.
    """

    @classmethod
    def of(cls, reach: Reach) -> TowardsCustomer:
        return cls(
            tier=reach.tier,
            why=reach.why,
            opening=reach.opening,
            until=reach.until,
            cap=reach.cap,
            wanted=reach.wanted,
        )

    def clarity_of(self, words: WordClass) -> Clarity:
        if words not in TOLD:
            return Clarity.NONE
        return min(Reach.clarity_of(self, words), Clarity.MASKED)


def reads_explanations(reach: Reach) -> bool:
    """True for whoever reads the words that explanations are made of."""
    return all(reach.clarity_of(words) for words in TOLD)


def parts_told(
    answer: Answer, steps: Sequence[Step]
) -> tuple[list[SpanShape], list[PartShape]]:
    """Return what a draft tells: question, answer, and acts; and whose parts they are.

    What is of another class than dialogue and tools is left out here already.
    """
    acts = [act for step in steps for act in step.acts]
    parts = [*answer.asked, *answer.said, *inherited_parts(answer, steps)]
    parts += [part for act in acts for part in act.parts]
    spans = [act.span for act in acts if act.span]
    if answer.step and answer.step.span:
        spans.append(answer.step.span)
    return spans, [part for part in parts if part.words in TOLD]


def material_of(
    trace: Trace, answer: Answer, steps: Sequence[Step], reader: Reader
) -> Material:
    """Return what a draft is composed of, as far as the reader may see it."""
    tools = tools_of(trace.system)
    line = answer_line(answer, steps, reader, tools)
    before = inherited_facts(trace, answer, steps, tools, reader)
    read = {id(act) for act in read_by(answer, steps)}
    looked_up: list[Deed] = []
    done: list[Deed] = []
    for deed in line.deeds:
        is_input = id(deed.line.act) in read and not deed.is_change
        is_input = is_input and deed.line.state in _CAME
        (looked_up if is_input else done).append(_deed(deed))
    told_looked_up = _told(looked_up, _ROOM_DEEDS)
    told_before = _told([_inherited(one) for one in before], _ROOM_BEFORE)
    told_done = _told(done, _ROOM_DEEDS)
    return Material(
        assistant=trace.system.name,
        at=line.at or trace.started_at,
        asked=_within(_texts(line.asked), _ROOM_SAID),
        said=_within(_texts(line.said), _ROOM_SAID),
        looked_up=told_looked_up,
        more_looked_up=len(looked_up) - len(told_looked_up),
        from_before=told_before,
        more_from_before=len(before) - len(told_before),
        done=told_done,
        more_done=len(done) - len(told_done),
    )


def _told(deeds: Sequence[Deed], room: int) -> list[Deed]:
    """A dozen at most, for which there is room; those first that say what was wrong.

    In the order of all of them.
    """
    telling = sorted(range(len(deeds)), key=lambda n: (not _is_telling(deeds[n]), n))
    sizes = accumulate(deeds[n].size for n in telling)
    fitting = [n for n, size in zip(telling, sizes, strict=True) if size <= room]
    return [deeds[n] for n in sorted(fitting[:_MOST])]


def _within(texts: Sequence[str], room: int) -> list[str]:
    """Return the first texts that fit, the last of them cut."""
    found = []
    for text in texts:
        if room <= 0:
            break
        found.append(cut(text, room))
        room -= len(text) + 1
    return found


def _is_telling(deed: Deed) -> bool:
    return bool(deed.own or deed.limit) or deed.state != "done"


def _texts(shown: Iterable[Shown]) -> list[str]:
    return [one.text for one in shown if one.text]


def _deed(done: Done) -> Deed:
    line, age = done.line, done.age
    given = line.arguments.text if line.arguments else ""
    is_timed = age is not None and age.is_timed
    return Deed(
        name=cut(spoken_name(line.name), _LONGEST_NAME),
        given=plainly(given or ""),
        came=cut(" ".join(map(plainly, _texts(line.results))), _LONGEST_CAME),
        state=line.state,
        age=_spoken(age.seconds) if age and is_timed else "",
        limit=_spoken(age.limit_s or 0) if age and age.is_stale else "",
        own=_own_words(age) if age else "",
    )


def _inherited(one: Inherited) -> Deed:
    """A result that came with the conversation; its age is the least it can be."""
    return Deed(
        name=cut(spoken_name(one.tool), _LONGEST_NAME),
        given="",
        came=plainly(one.shown.text or ""),
        state="done",
        age=_spoken(one.age.seconds) if one.is_told else "",
        limit=_spoken(one.age.limit_s or 0) if one.age.is_stale else "",
        own=_own_words(one.age),
    )


_UNITS = {"d": "day", "h": "hour", "min": "minute", "s": "second"}


def _spoken(seconds: float) -> str:
    """Return a span of time as a letter says it: "7 days", "less than a second"."""
    number, unit = words_for(seconds, parts=1).split(" ")
    if unit not in _UNITS or number == "0":
        return "less than a second"
    return f"{number} {_UNITS[unit]}{'' if number == '1' else 's'}"


def _own_words(age: Age) -> str:
    """What a result said of its own date, as a sentence; "" if it agrees or is mute."""
    own, seconds = age.own, age.own_seconds
    if own is None or not age.is_contradicted:
        return ""
    if own.at is None or seconds is None:
        return "It says itself that it came from a stored copy."
    day = f"{own.at:%-d %B %Y}" + ("" if own.is_day else f", {own.at:%H:%M} UTC")
    old = f"{_spoken(seconds)} before the answer"
    if own.says is Says.CHANGED:
        return f"It says itself that it was last changed on {day}, {old}."
    return f"It says itself that it is as of {day}, {old}."
