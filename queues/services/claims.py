"""Claims: one reviewer's hold on a request, as a lease that lapses by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.models import ActionRequest, Claim, Queue
from queues.models.asks import ActionRequestQuerySet
from queues.narrowing import ANYTHING, Narrowing
from queues.rules import LEASE, may_defer_until
from queues.services.life import (
    end_claim,
    facts_of,
    lock_for_reviewer,
    require_pending,
)
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, Forbidden, Invalid
from traces.services.raises import keep_for_hold


@transaction.atomic
def claim_next(
    person: User,
    *,
    actor: Actor,
    queues: Sequence[Queue] | None = None,
    within: Narrowing = ANYTHING,
) -> ActionRequest | None:
    """Claim the best request the person may decide, or None when nothing waits.

    `queues` are theirs unless given; `within` narrows to what they work on now. A
    request they already hold comes first, so that nobody hoards. Whoever is asked at
    the same time skips a row locked here instead of waiting for it.
    """
    if not person.has_right(Right.REQUEST_DECIDE):
        raise Forbidden("not_a_reviewer", "Your roles do not let you decide requests.")
    now = timezone.now()
    mine = person.queues.in_bulk() if queues is None else {q.pk: q for q in queues}
    waiting = (
        ActionRequest.objects.waiting()
        .filter(queue__in=list(mine), expires_at__gt=now, **within.lookups)
        .in_order()
        .select_for_update(of=("self",), skip_locked=True)
    )
    ask = _held_already(person, waiting, now) or _best_free(person, waiting, now)
    if ask is not None:
        ask.queue = mine[ask.queue_id]
        _hold(ask, person, actor=actor, now=now)
    return ask


@transaction.atomic
def claim_request(ask_id: UUID, *, person: User, actor: Actor) -> ActionRequest:
    """Claim one request. Raises Conflict(`held`) while somebody else holds it."""
    now = timezone.now()
    ask = lock_for_reviewer(ask_id, person)
    require_pending(ask, now)
    require_own_or_free(ask, person, now)
    require_not_requester(ask, person)
    _hold(ask, person, actor=actor, now=now)
    return ask


@transaction.atomic
def keep_claim(ask_id: UUID, *, person: User) -> ActionRequest:
    """Extend a lease while the reviewer is at work on it; no event, it is a tick.

    Raises Conflict(`claim_lost`) when somebody else holds the request by now.
    """
    now = timezone.now()
    kept = ActionRequest.objects.waiting().filter(
        pk=ask_id, holder=person, held_until__gt=now
    )
    if kept.update(held_until=now + LEASE) != 1:
        raise Conflict("claim_lost", "Your claim has lapsed; claim it again.")
    ask = kept.get()
    if ask.trace_id:
        keep_for_hold(ask.pk, person, now + LEASE)
    return ask


@transaction.atomic
def release_claim(ask_id: UUID, *, person: User, actor: Actor) -> ActionRequest:
    """Give a request back. Safe to repeat."""
    ask = lock_for_reviewer(ask_id, person)
    if ask.holder_id == person.pk:
        end_claim(ask, Claim.End.RELEASED, timezone.now())
        record_event("claim.released", ask, actor=actor, facts=facts_of(ask))
    return ask


@transaction.atomic
def take_over_claim(ask_id: UUID, *, person: User, actor: Actor) -> ActionRequest:
    """A lead takes a request out of somebody's hands."""
    if not person.has_right(Right.CLAIM_TAKE_OVER):
        raise Forbidden("may_not_take_over", "Only a lead takes over a claim.")
    now = timezone.now()
    ask = lock_for_reviewer(ask_id, person)
    require_pending(ask, now)
    require_not_requester(ask, person)
    before = ask.holder_id
    end_claim(ask, Claim.End.TAKEN_OVER, now)
    _hold(ask, person, actor=actor, now=now, verb="claim.taken_over", before=before)
    return ask


@transaction.atomic
def defer_request(
    ask_id: UUID, *, person: User, actor: Actor, until: datetime
) -> ActionRequest:
    """Put a request off; it wakes by itself, before its deadline.

    Raises Invalid when `until` is past or too close to the deadline.
    """
    now = timezone.now()
    ask = lock_for_reviewer(ask_id, person)
    require_pending(ask, now)
    require_own_or_free(ask, person, now)
    if not may_defer_until(until, now, ask.expires_at):
        raise Invalid(
            {"until": ["Choose a time between now and a minute before the deadline."]}
        )
    end_claim(ask, Claim.End.DEFERRED, now)
    ask.available_at = until
    ask.deferred_by = person
    ask.save(update_fields=["available_at", "deferred_by"])
    facts = facts_of(ask) | {"until": until.isoformat()}
    record_event("request.deferred", ask, actor=actor, facts=facts)
    return ask


@transaction.atomic
def escalate_request(ask_id: UUID, *, person: User, actor: Actor) -> ActionRequest:
    """Hand a request up: to the front of the queue, and to whoever is on duty."""
    now = timezone.now()
    ask = lock_for_reviewer(ask_id, person)
    require_pending(ask, now)
    require_own_or_free(ask, person, now)
    end_claim(ask, Claim.End.ESCALATED, now)
    mark_escalated(ask, actor=actor, now=now, why="by_reviewer")
    return ask


def mark_escalated(
    ask: ActionRequest, *, actor: Actor, now: datetime, why: str
) -> None:
    """Raise the level of a locked request and move it to the front."""
    ask.escalation_level += 1
    ask.escalated_at = now
    ask.available_at = min(ask.available_at, now)
    ask.rank_at = min(ask.rank_at, now)
    ask.save(
        update_fields=["escalation_level", "escalated_at", "available_at", "rank_at"]
    )
    facts = facts_of(ask) | {"level": ask.escalation_level, "why": why}
    record_event("request.escalated", ask, actor=actor, facts=facts)


def _held_already(
    person: User, waiting: ActionRequestQuerySet, now: datetime
) -> ActionRequest | None:
    """Most hold nothing when they ask for the next, so that is asked first, cheaply."""
    held = {"holder": person, "held_until__gt": now}
    if not ActionRequest.objects.waiting().filter(**held).exists():
        return None
    return waiting.filter(**held).decidable_by(person).first()


def _best_free(
    person: User, waiting: ActionRequestQuerySet, now: datetime
) -> ActionRequest | None:
    """The best one may nearly always be decided by whoever asks; that it might not be
    would double the time of the query for everybody."""
    free = waiting.free_at(now)
    best = free.first()
    if best is None or _may_decide(person, best):
        return best
    return free.decidable_by(person).first()


def _may_decide(person: User, ask: ActionRequest) -> bool:
    if ask.requester_id == person.pk:
        return False
    if ask.is_unspoken:
        return True
    return not ask.decisions.filter(person=person, round=ask.round).exists()


def require_own_or_free(ask: ActionRequest, person: User, now: datetime) -> None:
    """Raise Conflict(`held`) while somebody else's lease runs."""
    held = ask.held_until is not None and ask.held_until > now
    if held and ask.holder_id != person.pk:
        raise Conflict("held", "Somebody else is looking at this request right now.")


def require_not_requester(ask: ActionRequest, person: User) -> None:
    """Nobody approves what they asked for."""
    if ask.requester_id == person.pk:
        raise Forbidden("own_request", "You asked for this; somebody else decides it.")


def _hold(
    ask: ActionRequest,
    person: User,
    *,
    actor: Actor,
    now: datetime,
    verb: str = "request.claimed",
    before: int | None = None,
) -> None:
    """Give the lease. A lapsed claim that no sweep has ended yet is ended here."""
    held_until = now + LEASE
    already = ask.holder_id == person.pk
    if not already:
        end_claim(ask, Claim.End.LAPSED, now)
        Claim.objects.create(ask=ask, person=person, made_at=now)
        facts = facts_of(ask) | ({"from_person": before} if before else {})
        record_event(verb, ask, actor=actor, facts=facts)
    ActionRequest.objects.filter(pk=ask.pk).update(holder=person, held_until=held_until)
    ask.holder, ask.held_until = person, held_until
