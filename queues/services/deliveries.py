"""Deliveries: how the answer reached the agent, as far as we can know.

Delivered: the bytes were handed over. Acknowledged: the agent has shown that it got
them, by saying so, by redeeming, or by answering a webhook with 2xx.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.models import ActionRequest, Delivery, Status
from queues.services.life import facts_of, lock_ask
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.problems import Conflict
from systems.models import System


@transaction.atomic
def note_delivered(
    ask: ActionRequest, channel: Delivery.Channel, *, actor: Actor
) -> None:
    """Note the first time the answer was handed to the agent. Safe to repeat."""
    fresh = Delivery.objects.filter(
        ask=ask, decided_at__isnull=False, delivered_at=None
    ).update(delivered_at=timezone.now(), delivered_via=channel)
    if fresh:
        record_event(
            "answer.delivered", ask, actor=actor, facts=facts_of(ask) | {"via": channel}
        )


@transaction.atomic
def acknowledge_answer(ask_id: UUID, *, system: System, actor: Actor) -> ActionRequest:
    """The agent confirms that it got the answer. Safe to repeat."""
    ask = lock_ask(ask_id, ActionRequest.objects.of_system(system))
    if ask.status == Status.PENDING:
        raise Conflict("not_decided", "There is no answer to acknowledge yet.")
    fresh = Delivery.objects.filter(ask=ask, acknowledged_at=None).update(
        acknowledged_at=timezone.now()
    )
    if fresh:
        record_event("answer.acknowledged", ask, actor=actor, facts=facts_of(ask))
    return ask
