"""Approvals: giving the leave to run once, and taking it back before it is used."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from queues.models import ActionRequest, Claim, Delivery, Grant, Status
from queues.services.life import (
    facts_of,
    lock_ask,
    lock_for_reviewer,
    move_ask,
    stop_waiting,
)
from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, Forbidden


def approve_request(
    ask: ActionRequest,
    *,
    actor: Actor,
    now: datetime,
    facts: Facts | None = None,
    end: Claim.End = Claim.End.CLOSED,
    decided_by_policy: bool = False,
) -> None:
    """Turn a locked pending request into an approval with its single-use grant."""
    execute_before = now + timedelta(seconds=ask.execute_within_s)
    Grant.objects.create(
        ask=ask,
        arguments_digest=ask.arguments_digest,
        execute_before=execute_before,
    )
    stop_waiting(
        ask,
        Status.APPROVED,
        actor=actor,
        now=now,
        facts=(facts or {}) | {"arguments_digest": ask.arguments_digest},
        end=end,
        execute_before=execute_before,
        arguments_digest=ask.arguments_digest,
        decided_by_policy=decided_by_policy,
    )


def family_of(ask: ActionRequest) -> list[ActionRequest]:
    """Everyone who shares the grant, locked: the first request, then look-alikes."""
    root = ask.merged_into_id or ask.pk
    return list(
        ActionRequest.objects.select_related("system", "queue")
        .select_for_update(of=("self",))
        .filter(Q(pk=root) | Q(merged_into=root))
        .order_by(F("merged_into").asc(nulls_first=True), "id")
    )


def void_approval(ask: ActionRequest, why: str, *, actor: Actor, now: datetime) -> None:
    """Void an unused approval for the whole family; `why` is a code for the log.

    The grant goes with it: nothing can ever be redeemed on it again.
    """
    for member in family_of(ask):
        if member.status == Status.APPROVED:
            void_one(member, why, actor=actor, now=now)
    ask.refresh_from_db(fields=["status", "closed_at"])


def void_one(member: ActionRequest, why: str, *, actor: Actor, now: datetime) -> None:
    move_ask(member, Status.VOIDED, closed_at=now)
    Delivery.objects.filter(ask=member, webhook=True).update(next_attempt_at=now)
    record_event(
        "request.voided", member, actor=actor, facts=facts_of(member) | {"why": why}
    )


@transaction.atomic
def revoke_approval(
    ask_id: UUID, *, person: User, actor: Actor, reason_code: str = ""
) -> ActionRequest:
    """Take back an approval that the agent has not used yet.

    Raises Conflict(`not_revocable`) when it was redeemed, or never approved.
    """
    if not person.has_right(Right.APPROVAL_REVOKE):
        raise Forbidden("may_not_revoke", "Your roles do not let you revoke.")
    ask = lock_for_reviewer(ask_id, person)
    if ask.merged_into_id is not None:
        ask = lock_ask(ask.merged_into_id)
    if ask.status != Status.APPROVED:
        raise Conflict(
            "not_revocable",
            "Only an approval that was not used yet can be revoked; "
            f"this request is {ask.status}.",
        )
    void_approval(ask, reason_code or "revoked", actor=actor, now=timezone.now())
    return ask
