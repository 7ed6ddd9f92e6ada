"""What can still be done about a request after its decision."""

from __future__ import annotations

from dataclasses import dataclass

from queues.models import Status
from queues.rules import ACTED
from queues.selectors.cards import RequestCard
from reviewapp.core.models import User
from reviewapp.core.permissions import Right


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Each says whether the button is offered to this person now."""

    revoke: bool
    settle: bool
    compensate: bool

    @property
    def anything(self) -> bool:
        return self.revoke or self.settle or self.compensate


def afterwards_of(card: RequestCard, person: User) -> Afterwards:
    ask, words = card.ask, card.words
    if words is None:
        return Afterwards(revoke=False, settle=False, compensate=False)
    may_settle = person.has_right(Right.OUTCOME_SETTLE)
    can_undo = words.contents.undo is not None and card.compensation_id is None
    return Afterwards(
        revoke=ask.status == Status.APPROVED
        and person.has_right(Right.APPROVAL_REVOKE),
        settle=ask.status == Status.UNCERTAIN and may_settle,
        compensate=ask.status in ACTED and can_undo and may_settle,
    )
