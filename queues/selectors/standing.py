"""Whether a person may decide a request now, and if not, why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from queues.models import ActionRequest, Status
from reviewapp.core.models import User
from reviewapp.core.permissions import Right


@dataclass(frozen=True, slots=True)
class Standing:
    """`why_not` is empty where the person may decide. `holder` is set, as a name,
    while somebody else's claim runs; `is_held` while the person's own does."""

    why_not: str = ""
    holder: str = ""
    is_held: bool = False
    can_take_over: bool = False

    @property
    def may_decide(self) -> bool:
        return not self.why_not


def standing_of(
    ask: ActionRequest, *, person: User, has_spoken: bool, reads: bool, now: datetime
) -> Standing:
    """Mirror the checks of `decide_request`, in words for the person.

    `reads`: the person reviews in the request's queue; `has_spoken`: they have decided
    in this round already.
    """
    if ask.status != Status.PENDING:
        return Standing(f"This request is {ask.get_status_display().lower()}.")
    if not reads:
        return Standing("Only the reviewers of its queue decide this request.")
    if ask.merged_into_id is not None:
        return Standing("This is a look-alike: it shares the decision on the first.")
    if ask.expires_at <= now:
        return Standing("The time to decide has run out; nothing will run.")
    if ask.requester_id == person.pk:
        return Standing("You asked for this, so somebody else decides it.")
    if has_spoken:
        return Standing("You have approved it. The second word is somebody else's.")
    return _held(ask, person, now)


def _held(ask: ActionRequest, person: User, now: datetime) -> Standing:
    if ask.holder is None or ask.held_until is None or ask.held_until <= now:
        return Standing()
    if ask.holder_id == person.pk:
        return Standing(is_held=True)
    return Standing(
        why_not=f"{ask.holder} is looking at it right now.",
        holder=str(ask.holder),
        can_take_over=person.has_right(Right.CLAIM_TAKE_OVER),
    )
