"""What all writes to a request share: its lock, its moves, the end of its waiting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from queues.models import ActionRequest, Claim, Delivery, Status
from queues.rules import may_move
from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, NotFound
from traces.services.raises import end_hold


def lock_ask(
    ask_id: UUID, asks: QuerySet[ActionRequest] | None = None
) -> ActionRequest:
    """Return the request with its row locked until the transaction ends.

    A look-alike's first request is locked before it, always in this order, so that a
    decision on the one and a redeem on the other never wait on each other.
    `asks` narrows to what the caller may see. Raises NotFound.
    """
    visible = asks if asks is not None else ActionRequest.objects.all()
    beside = visible.select_related("system", "queue", "policy", "delivery")
    locked = beside.select_for_update(of=("self",))
    # Nearly all are nobody's look-alike: one query. Asking for both rows in one would
    # be an OR, for which PostgreSQL looks at every row there is.
    ask = _found(locked.filter(merged_into=None), ask_id)
    if ask is None:
        _lock_first_of(ask_id)
        ask = _found(locked, ask_id)
    if ask is None:
        raise NotFound
    return ask


def _found(asks: QuerySet[ActionRequest], ask_id: UUID) -> ActionRequest | None:
    """Without an order, for which Django would look at each of 90 columns."""
    return next(iter(asks.filter(pk=ask_id)), None)


def _lock_first_of(ask_id: UUID) -> None:
    families = ActionRequest.objects.filter(pk=ask_id, merged_into__isnull=False)
    for first in families.values_list("merged_into_id", flat=True):
        ActionRequest.objects.select_for_update().values_list("pk").get(pk=first)


def lock_for_reviewer(ask_id: UUID, person: User) -> ActionRequest:
    """Lock a request of one of the person's queues. Raises NotFound or Forbidden."""
    if not person.has_right(Right.REQUEST_DECIDE):
        raise Forbidden("not_a_reviewer", "Your roles do not let you decide requests.")
    mine = ActionRequest.objects.filter(queue__memberships__person=person)
    return lock_ask(ask_id, mine)


def facts_of(ask: ActionRequest) -> Facts:
    """The facts every event of a request carries: who hears it, and how to count it."""
    return {
        "queue": ask.queue.slug,
        "system": str(ask.system_id),
        "tool": ask.tool,
        "risk_class": ask.risk_class,
        "environment": ask.environment,
        "synthetic": ask.synthetic,
    }


def require_pending(ask: ActionRequest, now: datetime) -> None:
    """Raise Conflict unless the request still waits for a decision at `now`."""
    if ask.merged_into_id is not None:
        raise Conflict(
            "merged", "This is a look-alike; decide the request it was merged into."
        )
    if ask.status != Status.PENDING:
        raise Conflict("not_pending", f"This request is already {ask.status}.")
    if ask.expires_at <= now:
        raise Conflict("expired", "The time to decide this request has run out.")


# Any: column values are whatever their columns hold.
def move_ask(ask: ActionRequest, status: Status, **fields: Any) -> None:
    """Change the status by one conditional update; 0 rows mean somebody else won."""
    if not may_move(ask.status, status):
        raise Conflict(
            "wrong_state", f"A request that is {ask.status} cannot become {status}."
        )
    changed = ActionRequest.objects.filter(pk=ask.pk, status=ask.status).update(
        status=status, **fields
    )
    if changed != 1:
        raise AlreadyHandled
    for name, value in {"status": status, **fields}.items():
        setattr(ask, name, value)


def end_claim(ask: ActionRequest, end: Claim.End, now: datetime) -> None:
    """End the open claim, if any, and free the request."""
    if ask.holder_id is None:
        return
    _end_open_claim(ask, end, now)
    ActionRequest.objects.filter(pk=ask.pk).update(holder=None, held_until=None)
    ask.holder = ask.held_until = None


def _end_open_claim(ask: ActionRequest, end: Claim.End, now: datetime) -> None:
    Claim.objects.filter(ask=ask, ended_at=None).update(ended_at=now, end=end)
    if ask.trace_id:
        end_hold(ask.pk, now)


# Any: extra columns to set along with the status.
def stop_waiting(
    ask: ActionRequest,
    status: Status,
    *,
    actor: Actor,
    now: datetime,
    facts: Facts | None = None,
    end: Claim.End = Claim.End.CLOSED,
    **fields: Any,
) -> None:
    """End the waiting of a request and of the look-alikes merged into it.

    Closes the claim, opens the delivery of the answer and records
    `request.<status>` for each of them.
    """
    if status in (Status.REJECTED, Status.ANSWERED, Status.EXPIRED, Status.WITHDRAWN):
        fields = {"closed_at": now, **fields}
    if ask.holder_id is not None:
        _end_open_claim(ask, end, now)
    move_ask(ask, status, decided_at=now, holder=None, held_until=None, **fields)
    _open_delivery(ask, now)
    record_event(
        f"request.{status}", ask, actor=actor, facts=facts_of(ask) | (facts or {})
    )
    twins = ask.lookalikes.filter(status=Status.PENDING)
    # Most have none, and asking that is cheaper than selecting nothing in full.
    if twins.exists():
        twin_facts = (facts or {}) | {"merged_into": str(ask.pk)}
        for twin in twins.select_related("system", "queue", "delivery"):
            stop_waiting(twin, status, actor=actor, now=now, facts=twin_facts, **fields)


def _open_delivery(ask: ActionRequest, now: datetime) -> None:
    """A webhook is due at once; poll and stream come to fetch the answer."""
    if hasattr(ask, "delivery"):
        due = now if ask.delivery.webhook else None
        Delivery.objects.filter(ask=ask).update(decided_at=now, next_attempt_at=due)
    else:
        Delivery.objects.create(ask=ask, decided_at=now)
