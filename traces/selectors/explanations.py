"""Explanations for customers: what a draft is composed of, and how pages show them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from reviewapp.core.look.spans import words_for
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from traces.explaining import TOLD, Deed, Material, plainly
from traces.models import Explanation, ExplanationQuerySet, Trace
from traces.selectors.answers import Deed as Done
from traces.selectors.answers import answer_line
from traces.selectors.lists import title_of
from traces.selectors.reach import Reach
from traces.selectors.steps import tools_of
from traces.selectors.words_shown import Reader, Shown
from traces.spans import PartShape, SpanShape, WordClass
from traces.steps import Answer, Step, read_by
from traces.tiers import Clarity

ORDER = ("-saved_at", "-id")
# Of what was looked up and of what was done; a customer reads no log.
_MOST = 12
_MASK = re.compile(r"\[[A-Z_]+-\d+\]")


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
    parts = [*answer.asked, *answer.said, *(part for act in acts for part in act.parts)]
    spans = [act.span for act in acts if act.span]
    if answer.step and answer.step.span:
        spans.append(answer.step.span)
    return spans, [part for part in parts if part.words in TOLD]


def material_of(
    trace: Trace, answer: Answer, steps: Sequence[Step], reader: Reader
) -> Material:
    """Return what a draft is composed of, as far as the reader may see it."""
    line = answer_line(answer, steps, reader, tools_of(trace.system))
    read = {id(act) for act in read_by(answer, steps)}
    looked_up: list[Deed] = []
    done: list[Deed] = []
    for deed in line.deeds:
        is_input = id(deed.line.act) in read and not deed.is_change
        (looked_up if is_input else done).append(_deed(deed))
    return Material(
        assistant=trace.system.name,
        at=line.at or trace.started_at,
        asked=_texts(line.asked),
        said=_texts(line.said),
        looked_up=looked_up[:_MOST],
        more_looked_up=max(0, len(looked_up) - _MOST),
        done=done[:_MOST],
        more_done=max(0, len(done) - _MOST),
    )


def _texts(shown: Iterable[Shown]) -> list[str]:
    return [one.text for one in shown if one.text]


def _deed(done: Done) -> Deed:
    line, age = done.line, done.age
    given = line.arguments.text if line.arguments else ""
    return Deed(
        name=line.name,
        given=plainly(given or ""),
        came=" ".join(plainly(text) for text in _texts(line.results)),
        state=line.state,
        age=words_for(age.seconds, parts=1) if age else "",
        limit=words_for(age.limit_s or 0, parts=1) if age and age.is_stale else "",
    )


# Pages --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ExplanationRow:
    explanation: Explanation
    title: str
    is_mine: bool
    may_release: bool

    @property
    def is_released(self) -> bool:
        return self.explanation.state == Explanation.State.RELEASED


def explanations_for(person: User) -> ExplanationQuerySet:
    return Explanation.objects.visible_to(person).select_related(
        "trace__system", "author", "decided_by"
    )


def waiting_for(person: User) -> ExplanationQuerySet:
    """Return what this person may release, the oldest first."""
    if not person.has_right(Right.EXPLANATION_RELEASE):
        return Explanation.objects.none()
    return explanations_for(person).to_release_by(person).order_by("submitted_at")


def rows_of_explanations(
    explanations: Iterable[Explanation], person: User
) -> list[ExplanationRow]:
    return [
        ExplanationRow(
            one,
            title_of(one.trace),
            one.author_id == person.pk,
            may_release(one, person),
        )
        for one in explanations
    ]


def may_release(explanation: Explanation, person: User) -> bool:
    """True for a support lead who did not write it, while it waits for one."""
    return (
        explanation.state == Explanation.State.SUBMITTED
        and explanation.author_id != person.pk
        and person.has_right(Right.EXPLANATION_RELEASE)
    )


def count_waiting(person: User) -> int:
    """Return how many wait for this person: to be released, or sent back to them."""
    mine = Explanation.objects.filter(author=person)
    sent_back = mine.filter(state=Explanation.State.SENT_BACK).count()
    if not person.has_right(Right.EXPLANATION_RELEASE):
        return sent_back
    return sent_back + Explanation.objects.to_release_by(person).count()


def masks_in(text: str) -> list[str]:
    """Return the masks that still stand in a text, each once."""
    return list(dict.fromkeys(_MASK.findall(text)))


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage on the way to the customer, as `_ui/timeline.html` draws it."""

    word: str
    at: datetime | None
    state: str
    note: str = ""


def steps_of_explanation(one: Explanation) -> list[Stage]:
    """Return how far an explanation has come."""
    state, author = Explanation.State(one.state), str(one.author)
    drafted = Stage("Drafted", one.drafted_at, "done", f"by {author}")
    if state is Explanation.State.DRAFT:
        return [
            drafted,
            Stage("Edited", one.saved_at, "now"),
            Stage("Released by a support lead", None, "ahead"),
        ]
    handed = Stage("Handed over", one.submitted_at, "done")
    if state is Explanation.State.SUBMITTED:
        return [drafted, handed, Stage("Read by a support lead", None, "now")]
    decided, by = one.decided_at, f"by {one.decided_by}"
    if state is Explanation.State.SENT_BACK:
        return [
            drafted,
            handed,
            Stage("Sent back", decided, "wrong", by),
            Stage("Edited", one.saved_at, "now"),
        ]
    return [drafted, handed, Stage("Released", decided, "done", by)]
