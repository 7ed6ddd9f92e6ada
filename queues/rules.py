"""The life of a request as tables and pure functions; time is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

# Every move a request can make. What is absent cannot happen.
MOVES: dict[str, frozenset[str]] = {
    "pending": frozenset(
        {"approved", "rejected", "answered", "expired", "withdrawn", "voided"}
    ),
    "approved": frozenset({"redeemed", "lapsed", "voided"}),
    "redeemed": frozenset({"succeeded", "failed", "uncertain"}),
    # The sweep may call an act uncertain that its agent reports a moment later.
    "uncertain": frozenset({"succeeded", "failed", "settled"}),
    "rejected": frozenset(),
    "answered": frozenset(),
    "expired": frozenset(),
    "withdrawn": frozenset(),
    "voided": frozenset(),
    "lapsed": frozenset(),
    "succeeded": frozenset(),
    "failed": frozenset(),
    "settled": frozenset(),
}

# What a verdict makes of a request once enough people have said it.
STATUS_AFTER = {
    "approve": "approved",
    "edit": "approved",
    "reject": "rejected",
    "answer": "answered",
}

# The agent had its leave, used or not; what it may run, or ran, is told to it.
GRANTED = frozenset(
    {"approved", "redeemed", "succeeded", "failed", "uncertain", "settled"}
)

# It ran, or may have: there is something to tell of it, and perhaps to undo.
ACTED = frozenset({"succeeded", "failed", "uncertain", "settled"})

# What a policy that counts silence as a refusal has the agent told.
SILENCE_IS_NO = (
    "Nobody decided in time, and for an act of this kind that counts as a no."
)

# Reasons by verdict: code → words. Codes are stable, words may be polished.
REASONS: dict[str, dict[str, str]] = {
    "approve": {
        "checked_evidence": "Checked against the evidence",
        "within_policy": "Within policy",
        "customer_confirmed": "The customer confirmed it",
        "owner_confirmed": "The owner of the data or service confirmed it",
    },
    "edit": {
        "wrong_amount": "Amount corrected",
        "wrong_target": "Target corrected",
        "too_broad": "Scope narrowed",
        "policy_limit": "Brought within policy",
        "detail_fixed": "A detail fixed",
    },
    "reject": {
        "not_asked_for": "Nobody asked for this",
        "wrong_target": "Wrong person, account or target",
        "wrong_amount": "Wrong amount",
        "against_policy": "Against policy",
        "stale_evidence": "Rests on facts that are out of date",
        "too_risky": "Too risky for what it brings",
        "not_enough_to_judge": "Not enough on the card to judge",
        "other": "Something else (say what)",
    },
    "answer": {
        "do_instead": "Do something else instead",
        "ask_customer": "Ask the customer first",
        "need_information": "Bring more information",
        "ask_person": "Ask a named person",
    },
}

LEASE = timedelta(minutes=5)
# An escalation at the deadline buys this share of the first time to decide, once.
ESCALATION_SHARE = 0.5
# A request is never put off to closer than this to its deadline.
DEFER_MARGIN = timedelta(minutes=1)


def may_move(before: str, after: str) -> bool:
    return after in MOVES[before]


def rank_at(expires_at: datetime, head_start_s: int) -> datetime:
    """Return the place in the queue: earliest deadline first, with a head start.

    Two requests due at the same time are ordered by what a late answer costs; one of a
    dangerous class passes milder ones that are due up to its head start earlier. Every
    request has a deadline, so none starves.
    """
    return expires_at - timedelta(seconds=head_start_s)


def is_stale(observed_at: datetime, limit_s: int | None, now: datetime) -> bool:
    """Whether evidence is older than its limit; without a limit nothing is stale."""
    return limit_s is not None and now - observed_at > timedelta(seconds=limit_s)


def shorter(one: int | None, other: int | None) -> int | None:
    """Return the shorter of two limits in seconds; None stands for no limit."""
    return min((limit for limit in (one, other) if limit is not None), default=None)


def extended_deadline(
    now: datetime, created_at: datetime, expires_at: datetime
) -> datetime:
    """Return the deadline after the one escalation that a timeout brings.

    Counted from now: after an outage people still get the whole of it.
    """
    return now + (expires_at - created_at) * ESCALATION_SHARE


def may_defer_until(until: datetime, now: datetime, expires_at: datetime) -> bool:
    return now < until <= expires_at - DEFER_MARGIN


def expected_wait_s(position: int, mean_review_s: int, reviewers: int) -> int:
    """Seconds until an answer: those ahead, served by the people there are."""
    return round(position * mean_review_s / max(1, reviewers))


def message_for(status: str, comment: str, reason: str) -> str:
    """What the agent is told, in words a model will not misread.

    An expiry is no refusal: agents were seen acting on a timeout as if a person had
    said no.
    """
    fixed = {
        "expired": "Expired: nobody decided in time. This is not a refusal; "
        "you may ask again if it still matters.",
        "withdrawn": "Withdrawn by the agent that asked.",
        "voided": "Void: the leave was taken back before it was used. Do not act.",
        "lapsed": "Lapsed: the approval was not used in time. Ask again.",
    }
    return comment or fixed.get(status) or reason
