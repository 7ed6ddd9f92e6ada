"""Feedback on a run as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from reviewapp.core.models import User
from traces.judging import BAD, GOOD
from traces.models import Feedback, Trace

# The newest; an evaluator may have judged every span of a long run.
MOST = 100
# What is seen of a comment at once; an evaluator's may be long.
_HEAD = 1_000


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """One judgement: `comment` is "" for who may not read it, or without words."""

    feedback: Feedback
    comment: str

    @property
    def head(self) -> str:
        return self.comment[:_HEAD]

    @property
    def rest(self) -> str:
        return self.comment[_HEAD:]

    @property
    def who(self) -> str:
        if self.feedback.person is not None:
            return str(self.feedback.person)
        return self.feedback.source or "not told"

    @property
    def tone(self) -> str:
        return {GOOD: "good", BAD: "danger"}.get(self.feedback.label, "")

    @property
    def icon(self) -> str:
        icons = {GOOD: "hand-thumb-up", BAD: "hand-thumb-down"}
        return icons.get(self.feedback.label, "chat-bubble-left-ellipsis")

    @property
    def words(self) -> str:
        """What is thought, in a few words: metric, label, score."""
        feedback = self.feedback
        said = [feedback.name, feedback.label]
        if feedback.score is not None:
            said.append(f"{feedback.score:g}")
        return " ".join(part.replace("_", " ") for part in said if part)

    @property
    def reaches_further(self) -> bool:
        """True if it is on the conversation or person, and not on this run alone."""
        return self.feedback.trace_key is None


def feedback_on(trace: Trace) -> list[Feedback]:
    """Return the newest feedback on a run, its conversation or its person."""
    found = Feedback.objects.on(trace).select_related("person")
    return list(found.newest_first()[:MOST])


def rows_of_feedback(
    feedback: Sequence[Feedback], comments: Mapping[UUID, str]
) -> list[FeedbackRow]:
    return [FeedbackRow(one, comments.get(one.pk, "")) for one in feedback]


def own_feedback(feedback: Sequence[Feedback], person: User) -> Feedback | None:
    """Return what the person said on the page, if they did."""
    return next((one for one in feedback if one.person_id == person.pk), None)
