"""Explanations for customers as pages show them: lists, what waits, how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reviewapp.core.models import User
from reviewapp.core.permissions import ROLE_RIGHTS, Right
from traces.models import Explanation, ExplanationQuerySet
from traces.selectors.lists import title_of

ORDER = ("-saved_at", "-id")
NOBODY_RELEASES = (
    "Nobody else here may release explanations, and you may not release your own:"
    " an administrator has to make somebody else a support lead."
)
_RELEASE = Right.EXPLANATION_RELEASE


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


def has_releaser(explanation: Explanation) -> bool:
    """True if there is anybody who may release it: its author may not."""
    roles = [role for role, has in ROLE_RIGHTS.items() if _RELEASE in has]
    leads = User.objects.filter(is_active=True, role_grants__role__in=roles)
    return leads.exclude(pk=explanation.author_id).exists()


def count_waiting(person: User) -> int:
    """Return how many wait for this person: to be released, or sent back to them."""
    mine = Explanation.objects.filter(author=person)
    sent_back = mine.filter(state=Explanation.State.SENT_BACK).count()
    if not person.has_right(Right.EXPLANATION_RELEASE):
        return sent_back
    return sent_back + Explanation.objects.to_release_by(person).count()


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
