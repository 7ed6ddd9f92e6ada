"""Sending the callbacks that are due.

Each is leased by a conditional update before it is sent, so that no transaction stays
open during the call (it would hold back every reader of the log) and two workers do
not send at once. A worker that dies in between is followed by another when the lease
is over; receivers tell a repeat by its `webhook-id`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from queues.effective import open_contents
from queues.models import ActionRequest, Delivery, Status
from queues.services.life import facts_of
from queues.webhooks import CallRefused, body_of, next_attempt, post, sign
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.words import Keyring, WordsGone
from systems.webhooks import webhook_secrets

_ACTOR = Actor.of_process("webhooks")
_BATCH = 50
_LEASE = timedelta(minutes=2)
_TAKEN_BACK = (Status.VOIDED, Status.LAPSED)


def send_due_webhooks() -> int:
    """Send what is due; return how many receivers took theirs."""
    due = Delivery.objects.filter(next_attempt_at__lte=timezone.now())
    ids = due.order_by("next_attempt_at").values_list("pk", flat=True)
    return sum(map(_send, list(ids[:_BATCH])))


def _send(delivery_id: int) -> bool:
    # Not the time at which the batch began: those before may have taken minutes, and
    # receivers refuse a signature that old.
    now = timezone.now()
    leased = Delivery.objects.filter(pk=delivery_id, next_attempt_at__lte=now).update(
        next_attempt_at=now + _LEASE
    )
    if not leased:
        return False
    delivery = Delivery.objects.select_related("ask__system", "ask__queue").get(
        pk=delivery_id
    )
    # What is told is the state as of now: a receiver that missed one call learns the
    # latest, and a call that became untrue meanwhile is never made.
    status = delivery.ask.status
    failure = _call(delivery, now)
    if failure:
        _failed(delivery, failure)
    else:
        _took(delivery, status)
    return not failure


def _call(delivery: Delivery, now: datetime) -> str:
    """Return why it failed, as a code; empty when the receiver took it with 2xx."""
    ask = delivery.ask
    try:
        url = open_contents(ask, Keyring.of([ask.pk])).callback_url
    except WordsGone:
        return "words_gone"
    # It was allowed when the request came; since then it may have been given up.
    if (urlsplit(url).hostname or "") not in ask.system.allow_callback_hosts:
        return "host_not_allowed"
    message_id = f"msg_{ask.pk.hex}_{ask.status}"
    body = body_of(f"request.{ask.status}", now, _data(delivery))
    headers = sign(message_id, body, webhook_secrets(ask.system, now), now)
    try:
        status = post(url, body, headers, private_hosts=settings.WEBHOOK_PRIVATE_HOSTS)
    except CallRefused as refused:
        return refused.code
    except (httpcore.NetworkError, httpcore.TimeoutException) as problem:
        return type(problem).__name__
    except httpcore.ProtocolError:
        return "protocol_error"
    return "" if 200 <= status < 300 else f"status_{status}"


def _data(delivery: Delivery) -> dict[str, Any]:
    ask = delivery.ask
    return {
        "id": str(ask.pk),
        "status": ask.status,
        "run_id": ask.run_id,
        "arguments_digest": ask.arguments_digest,
        "decided_at": ask.decided_at and ask.decided_at.isoformat(),
        "execute_before": ask.execute_before and ask.execute_before.isoformat(),
        "url": f"{settings.PUBLIC_URL}/api/v1/requests/{ask.pk}",
    }


@transaction.atomic
def _took(delivery: Delivery, told: str) -> None:
    now = timezone.now()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    row.attempts, row.last_failure = 0, ""
    row.delivered_at = row.delivered_at or now
    row.delivered_via = row.delivered_via or Delivery.Channel.WEBHOOK
    row.acknowledged_at = row.acknowledged_at or now
    # Taken back while the call was under way: that is still to be told.
    status = ActionRequest.objects.values_list("status", flat=True).get(pk=row.ask_id)
    taken_back = status != told and status in _TAKEN_BACK
    row.next_attempt_at = now if taken_back else None
    row.save()
    facts = facts_of(delivery.ask) | {"via": Delivery.Channel.WEBHOOK, "told": told}
    record_event("answer.delivered", delivery.ask, actor=_ACTOR, facts=facts)


@transaction.atomic
def _failed(delivery: Delivery, failure: str) -> None:
    now = timezone.now()
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    row.attempts += 1
    row.last_failure = failure
    row.next_attempt_at = next_attempt(now, row.attempts)
    if row.next_attempt_at is None:
        row.gave_up_at = now
        facts = facts_of(delivery.ask) | {"why": failure}
        record_event("answer.undelivered", delivery.ask, actor=_ACTOR, facts=facts)
    row.save()
