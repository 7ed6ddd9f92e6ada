"""Redeeming: an agent spends its leave to run, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.effective import effective_arguments
from queues.models import ActionRequest, Delivery, Grant, Status
from queues.services.approvals import family_of, void_approval, void_one
from queues.services.life import facts_of, move_ask
from queues.services.preconditions import compare_preconditions
from queues.submissions import Fingerprint, Json
from reviewapp.core.actors import Actor
from reviewapp.core.digests import keyed_digest
from reviewapp.core.events import record_event
from reviewapp.core.problems import Conflict, NotFound, Problem
from systems.models import System


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The leave as the agent gets it: exactly what was approved, and until when."""

    grant_id: UUID
    arguments: Json
    execute_before: datetime


# Why a request in this state cannot be redeemed: code and words.
_REFUSALS: dict[str, tuple[str, str]] = {
    Status.PENDING: ("not_approved", "Nobody has decided this request yet."),
    Status.REJECTED: ("not_approved", "This request was rejected."),
    Status.ANSWERED: ("not_approved", "This request was answered with guidance."),
    Status.WITHDRAWN: ("not_approved", "This request was withdrawn."),
    Status.EXPIRED: ("expired", "Nobody decided in time; this is not a refusal."),
    Status.LAPSED: ("lapsed", "The approval was not used in time; ask again."),
    Status.VOIDED: ("voided", "The leave was taken back before it was used."),
}


def redeem_grant(
    ask_id: UUID,
    *,
    system: System,
    actor: Actor,
    attempt: str,
    arguments_digest: str = "",
    preconditions: Sequence[Fingerprint] = (),
) -> Redeemed:
    """Spend the grant for one attempt; the same attempt gets the same answer again.

    `attempt` is the agent's own id of this try. Raises Conflict with code expired,
    lapsed, changed, voided, already_redeemed, not_approved or digest_mismatch; what a
    refusal changes (an approval lapsed or void) is committed before it is raised.
    """
    with transaction.atomic():
        answer = _redeem(
            ask_id,
            system=system,
            actor=actor,
            attempt=keyed_digest("attempt", attempt),
            arguments_digest=arguments_digest,
            preconditions=preconditions,
        )
    if isinstance(answer, Problem):
        raise answer
    return answer


def _redeem(
    ask_id: UUID,
    *,
    system: System,
    actor: Actor,
    attempt: str,
    arguments_digest: str,
    preconditions: Sequence[Fingerprint],
) -> Redeemed | Problem:
    now = timezone.now()
    ask, family = _lock_family(ask_id, system)
    grant = Grant.objects.filter(ask=ask.merged_into_id or ask.pk).first()
    if grant is None or (grant.redeemed_at is None and ask.status != Status.APPROVED):
        return Conflict(*_REFUSALS[ask.status])
    if grant.redeemed_at is not None:
        return _again(ask, grant, attempt, now)
    refusal = _refusal(ask, grant, arguments_digest, preconditions, actor, now)
    if refusal is not None:
        _record_refusal(ask, refusal, actor)
        return refusal
    return _spend(ask, family, grant, attempt=attempt, actor=actor, now=now)


def _lock_family(
    ask_id: UUID, system: System
) -> tuple[ActionRequest, list[ActionRequest]]:
    found = ActionRequest.objects.of_system(system).filter(pk=ask_id).first()
    if found is None:
        raise NotFound
    family = family_of(found)
    return next(member for member in family if member.pk == ask_id), family


def _again(
    ask: ActionRequest, grant: Grant, attempt: str, now: datetime
) -> Redeemed | Problem:
    """A lost reply loses nothing: the attempt that spent it may hear it again.

    Not once a person has settled what became of it: an act called undone must not
    run after all.
    """
    if ask.status == Status.SETTLED:
        return Conflict("already_redeemed", "A person has settled this meanwhile.")
    same = grant.attempt_digest == attempt and grant.redeemed_by_id == ask.pk
    if same and now < grant.execute_before:
        return Redeemed(grant.pk, effective_arguments(ask), grant.execute_before)
    return Conflict(
        "already_redeemed", "This leave was spent; it allows one attempt only."
    )


def _refusal(
    ask: ActionRequest,
    grant: Grant,
    arguments_digest: str,
    preconditions: Sequence[Fingerprint],
    actor: Actor,
    now: datetime,
) -> Conflict | None:
    if grant.execute_before <= now:
        return _lapse(ask, actor, now)
    if arguments_digest and arguments_digest != grant.arguments_digest:
        return Conflict(
            "digest_mismatch",
            "These are not the arguments that were approved; nothing may run.",
        )
    if compare_preconditions(ask.grant_holder, preconditions, now=now):
        void_approval(ask, "changed", actor=actor, now=now)
        return Conflict(
            "changed", "What the approval rests on has changed since; ask again."
        )
    return None


def _lapse(ask: ActionRequest, actor: Actor, now: datetime) -> Conflict:
    move_ask(ask, Status.LAPSED, closed_at=now)
    record_event("request.lapsed", ask, actor=actor, facts=facts_of(ask))
    return Conflict(*_REFUSALS[Status.LAPSED])


def _record_refusal(ask: ActionRequest, refusal: Conflict, actor: Actor) -> None:
    record_event(
        "grant.refused", ask, actor=actor, facts=facts_of(ask) | {"why": refusal.code}
    )


def _spend(
    ask: ActionRequest,
    family: list[ActionRequest],
    grant: Grant,
    *,
    attempt: str,
    actor: Actor,
    now: datetime,
) -> Redeemed:
    spent = Grant.objects.filter(pk=grant.pk, redeemed_at=None).update(
        redeemed_at=now, attempt_digest=attempt, redeemed_by=ask
    )
    if spent != 1:
        raise Conflict("already_redeemed", "Another attempt was faster.")
    move_ask(
        ask,
        Status.REDEEMED,
        report_before=now + timedelta(seconds=ask.report_within_s),
    )
    Delivery.objects.filter(ask=ask, acknowledged_at=None).update(acknowledged_at=now)
    record_event(
        "request.redeemed",
        ask,
        actor=actor,
        facts=facts_of(ask) | {"grant": str(grant.pk)},
    )
    for twin in family:
        if twin.pk != ask.pk and twin.status == Status.APPROVED:
            void_one(twin, "duplicate", actor=actor, now=now)
    return Redeemed(grant.pk, effective_arguments(ask), grant.execute_before)
