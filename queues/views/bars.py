"""The decision bar of a card: what `_ui/decision_bar.html` draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse

from queues.forms import ReasonGroup, reason_groups
from queues.models import ActionRequest
from queues.narrowing import Narrowing
from queues.selectors.cards import RequestCard
from queues.selectors.standing import Standing
from queues.services.decisions import reasons_demanded

_CONFIRM = (
    "This destroys in production and cannot be taken back once it has run. "
    "You pressed a letter key."
)


@dataclass(frozen=True, slots=True)
class Bar:
    """Everything the bar needs. `key` names the draft kept in the browser."""

    action: str
    key: str
    version: int
    allowed: Sequence[str]
    reason_groups: Sequence[ReasonGroup]
    needs_reason: Sequence[str]
    is_alarming: bool
    must_see: bool
    confirm: str
    wake_choices: Sequence[tuple[int, str]]
    defer_url: str
    escalate_url: str
    claim_url: str
    release_url: str
    keep_url: str
    held_until: datetime | None
    then_next: bool
    reason_code: str = ""
    comment: str = ""
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def errors_elsewhere(self) -> list[str]:
        """What is wrong with none of the fields that say so themselves."""
        fields = ("reason_code", "comment", "arguments")
        return [
            text
            for name, texts in self.errors.items()
            for text in texts
            if name not in fields
        ]


def bar_of(
    card: RequestCard,
    standing: Standing,
    *,
    now: datetime,
    within: Narrowing,
    then_next: bool,
    comment: str = "",
    reason_code: str = "",
    errors: Mapping[str, Sequence[str]] | None = None,
) -> Bar:
    """Return the bar for a person who may decide; what they wrote is put back."""
    ask = card.ask
    choices = _wake_choices(ask, now)
    return Bar(
        action=_url("decide", ask, within),
        key=str(ask.pk),
        version=ask.version,
        allowed=ask.allowed,
        reason_groups=reason_groups(ask),
        needs_reason=reasons_demanded(ask),
        is_alarming=ask.is_critical,
        must_see=ask.is_weighty,
        confirm=_CONFIRM if ask.is_critical else "",
        wake_choices=choices,
        defer_url=_url("defer", ask, within) if choices else "",
        escalate_url=_url("escalate", ask, within),
        claim_url="" if standing.is_held else _url("claim", ask, within),
        release_url=_url("release", ask, within) if standing.is_held else "",
        keep_url=_url("keep_claim", ask, within),
        held_until=ask.held_until if standing.is_held else None,
        then_next=then_next,
        comment=comment,
        reason_code=reason_code,
        errors=errors or {},
    )


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """Whose a request is, for `_ui/claim.html` alone."""

    held_until: datetime | None
    claim_url: str
    release_url: str
    keep_url: str


def claim_line(ask: ActionRequest, *, is_held: bool, within: Narrowing) -> ClaimLine:
    """Return the line after a heartbeat: kept, or lost and to be claimed again."""
    return ClaimLine(
        held_until=ask.held_until if is_held else None,
        claim_url="" if is_held else _url("claim", ask, within),
        release_url=_url("release", ask, within) if is_held else "",
        keep_url=_url("keep_claim", ask, within),
    )


def _url(name: str, ask: ActionRequest, within: Narrowing) -> str:
    """The filter goes along, so that what comes next is of it too."""
    return reverse(name, args=[ask.pk]) + within.query


def _wake_choices(ask: ActionRequest, now: datetime) -> list[tuple[int, str]]:
    """Return how long a request may be put off, in seconds, with words for each.

    Only what leaves a minute before the deadline; empty when it is too late to defer.
    """
    left = ask.expires_at - now - timedelta(minutes=2)
    fixed = [(900, "15 minutes"), (3600, "1 hour"), (4 * 3600, "4 hours")]
    choices = [pair for pair in fixed if timedelta(seconds=pair[0]) <= left]
    half = int((ask.expires_at - now).total_seconds() / 2)
    if timedelta(seconds=half) <= left and half >= 60:
        choices.append((half, "half of the time that is left"))
    return choices
