"""Roles and rights: the one table that pages, API and tests read.

A right says what a person may do; which rows they may do it to is each model's
`.visible_to(person)`. Source: the roles table in docs/access.md.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    REVIEWER = "reviewer"
    LEAD = "lead"
    SUPPORT = "support"
    SUPPORT_LEAD = "support_lead"
    ENGINEER = "engineer"
    PRIVACY_OFFICER = "privacy_officer"
    COMMANDER = "commander"
    RISK_OWNER = "risk_owner"
    RISK_MANAGER = "risk_manager"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Right(StrEnum):
    """What can be done, as noun.verb."""

    REQUEST_SEE = "request.see"
    REQUEST_DECIDE = "request.decide"
    CLAIM_TAKE_OVER = "claim.take_over"
    OUTCOME_SETTLE = "outcome.settle"
    APPROVAL_REVOKE = "approval.revoke"
    QUEUE_MANAGE = "queue.manage"
    SYSTEM_SEE = "system.see"
    SYSTEM_MANAGE = "system.manage"
    TOOL_MANAGE = "tool.manage"
    KEY_MANAGE = "key.manage"
    LOG_READ = "log.read"
    PEOPLE_MANAGE = "people.manage"
    TRACE_SEE = "trace.see"
    TRACE_FIND = "trace.find"  # by the reference of a person or a conversation
    TIER_CAP = "tier.cap"
    GLASS_BREAK = "glass.break"
    GLASS_APPROVE = "glass.approve"
    GLASS_REVIEW = "glass.review"
    ACCESS_SEE = "access.see"  # who saw what
    RETENTION_MANAGE = "retention.manage"
    DEAD_LETTER_MANAGE = "dead_letter.manage"
    COST_SEE = "cost.see"
    PRICE_MANAGE = "price.manage"
    FEEDBACK_GIVE = "feedback.give"
    EXPLANATION_DRAFT = "explanation.draft"
    EXPLANATION_RELEASE = "explanation.release"


_REVIEW = {
    Right.REQUEST_SEE,
    Right.REQUEST_DECIDE,
    Right.OUTCOME_SETTLE,
    Right.APPROVAL_REVOKE,
    Right.SYSTEM_SEE,
    Right.TRACE_SEE,
    Right.FEEDBACK_GIVE,
}
_SUPPORT = {
    Right.TRACE_SEE,
    Right.TRACE_FIND,
    Right.GLASS_BREAK,
    Right.FEEDBACK_GIVE,
    Right.EXPLANATION_DRAFT,
}

# Which words of a trace each reads is no right but a tier (traces/tiers.py).
ROLE_RIGHTS: dict[Role, frozenset[Right]] = {
    Role.REVIEWER: frozenset(_REVIEW),
    Role.LEAD: frozenset(
        {*_REVIEW, Right.CLAIM_TAKE_OVER, Right.QUEUE_MANAGE, Right.COST_SEE}
    ),
    Role.SUPPORT: frozenset(_SUPPORT),
    Role.SUPPORT_LEAD: frozenset(
        {*_SUPPORT, Right.GLASS_APPROVE, Right.EXPLANATION_RELEASE}
    ),
    Role.ENGINEER: frozenset(
        {
            Right.SYSTEM_SEE,
            Right.TOOL_MANAGE,
            Right.TRACE_SEE,
            Right.TRACE_FIND,
            Right.GLASS_BREAK,
            Right.DEAD_LETTER_MANAGE,
            Right.COST_SEE,
            Right.FEEDBACK_GIVE,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset(
        {
            Right.SYSTEM_SEE,
            Right.TRACE_SEE,
            Right.TRACE_FIND,
            Right.TIER_CAP,
            Right.GLASS_APPROVE,
            Right.GLASS_REVIEW,
            Right.ACCESS_SEE,
            Right.RETENTION_MANAGE,
        }
    ),
    Role.COMMANDER: frozenset(
        {
            Right.SYSTEM_SEE,
            Right.TRACE_SEE,
            Right.TRACE_FIND,
            Right.GLASS_BREAK,
            Right.FEEDBACK_GIVE,
        }
    ),
    Role.RISK_OWNER: frozenset({Right.SYSTEM_SEE, Right.TRACE_SEE}),
    Role.RISK_MANAGER: frozenset({Right.SYSTEM_SEE, Right.TRACE_SEE}),
    Role.AUDITOR: frozenset(
        {
            Right.REQUEST_SEE,
            Right.SYSTEM_SEE,
            Right.LOG_READ,
            Right.TRACE_SEE,
            Right.ACCESS_SEE,
        }
    ),
    Role.ADMIN: frozenset(
        {
            Right.SYSTEM_SEE,
            Right.SYSTEM_MANAGE,
            Right.TOOL_MANAGE,
            Right.KEY_MANAGE,
            Right.PEOPLE_MANAGE,
            Right.TIER_CAP,
            Right.COST_SEE,
            Right.PRICE_MANAGE,
        }
    ),
}


def rights_of(roles: frozenset[Role]) -> frozenset[Right]:
    """Return the union of the roles' rights; deny by default."""
    return frozenset().union(*(ROLE_RIGHTS[role] for role in roles))
