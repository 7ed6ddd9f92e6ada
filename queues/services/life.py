"""What all writes to a request share: its lock, its moves, the end of its waiting."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from queues.models import ActionRequest, Claim, Delivery, Status
from queues.rules import may_move
from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, NotFound


def lock_ask(
    ask_id: UUID, asks: QuerySet[ActionRequest] | None = None
) -> ActionRequest:
    """Return the request with its row locked until the transaction ends.

    A look-alike's first request is locked before it, always in this order, so that a
    decision on the one and a redeem on the other never wait on each other.
    `asks` narrows to what the caller may see. Raises NotFound.
    """
    visible = asks if asks is not None else ActionRequest.objects.all()
    first = ActionRequest.objects.filter(pk=ask_id).values("merged_into")
    locked = (
        visible.select_related("system", "queue", "policy", "merged_into")
        .select_for_update(of=("self",))
        .filter(Q(pk=ask_id) | Q(pk__in=first))
        .order_by(F("merged_into").asc(nulls_first=True))
    )
    found = next((ask for ask in locked if ask.pk == ask_id), None)
    if found is None:
        raise NotFound
    return found


def lock_for_reviewer(ask_id: UUID, person: User) -> ActionRequest:
    """Lock a request of one of the person's queues. Raises NotFound or Forbidden."""
    if not person.has_right(Right.REQUEST_DECIDE):
        raise Forbidden("not_a_reviewer", "Your roles do not let you decide requests.")
    mine = ActionRequest.objects.filter(queue__in=person.queues.all())
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
    Claim.objects.filter(ask=ask, ended_at=None).update(ended_at=now, end=end)
    if ask.holder_id is not None:
        ActionRequest.objects.filter(pk=ask.pk).update(holder=None, held_until=None)
        ask.holder = ask.held_until = None


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
    move_ask(ask, status, decided_at=now, **fields)
    end_claim(ask, end, now)
    _open_delivery(ask, now)
    record_event(
        f"request.{status}", ask, actor=actor, facts=facts_of(ask) | (facts or {})
    )
    for twin in ask.lookalikes.select_related("system", "queue").filter(
        status=Status.PENDING
    ):
        twin_facts = (facts or {}) | {"merged_into": str(ask.pk)}
        stop_waiting(twin, status, actor=actor, now=now, facts=twin_facts, **fields)


def _open_delivery(ask: ActionRequest, now: datetime) -> None:
    """A webhook is due at once; poll and stream come to fetch the answer."""
    delivery, made = Delivery.objects.get_or_create(
        ask=ask, defaults={"decided_at": now}
    )
    if not made:
        delivery.decided_at = now
        delivery.next_attempt_at = now if delivery.webhook else None
        delivery.save(update_fields=["decided_at", "next_attempt_at"])
