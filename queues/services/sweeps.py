"""Sweeps: what is due is found from the tables, so a lost task loses nothing.

Each row is driven in a transaction of its own and skipped while somebody works on it;
the next sweep finds it again. Two sweeps at once do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from queues.models import ActionRequest, Claim, Outcome, Status
from queues.rules import extended_deadline
from queues.services.claims import mark_escalated
from queues.services.life import end_claim, facts_of, move_ask, stop_waiting
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event

_BATCH = 500
log = structlog.get_logger(__name__)
_ACTOR = Actor.of_process("queue sweep")

Due = QuerySet[ActionRequest]
Drive = Callable[[ActionRequest, datetime], None]


class SweepIncomplete(RuntimeError):
    """Some rows could not be driven; the others were. The log has each one's error."""


def sweep_queues() -> dict[str, int]:
    """Do all that is due now; return how many rows each sweep moved.

    A row that fails keeps no other from its turn; at the end SweepIncomplete says that
    there were some, so that the task is seen to fail.
    """
    now = timezone.now()
    stuck: list[UUID] = []
    moved = {
        "half_time": _sweep(_half_gone(now), _tell_half_time, now, stuck),
        "expired": _sweep(_undecided(now), _time_out, now, stuck),
        "lapsed": _sweep(_unused(now), _lapse, now, stuck),
        "overdue": _sweep(_unreported(now), _doubt, now, stuck),
        "freed": _sweep(_held_too_long(now), _free, now, stuck),
        "woken": _sweep(_deferred(now), _wake, now, stuck),
    }
    if stuck:
        raise SweepIncomplete(f"{len(stuck)} requests could not be driven.")
    return moved


def _sweep(due: Due, drive: Drive, now: datetime, stuck: list[UUID]) -> int:
    moved = 0
    for ask_id in list(due.values_list("pk", flat=True)[:_BATCH]):
        try:
            moved += _drive_one(due, ask_id, drive, now)
        except Exception:
            # Whatever is wrong with this one, the next may be what somebody waits for.
            log.exception("sweep.row_failed", request=str(ask_id))
            stuck.append(ask_id)
    return moved


@transaction.atomic
def _drive_one(due: Due, ask_id: UUID, drive: Drive, now: datetime) -> int:
    ask = (
        due.filter(pk=ask_id)
        .select_related("system", "queue")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )
    if ask is None:
        return 0
    drive(ask, now)
    return 1


def _half_gone(now: datetime) -> Due:
    return ActionRequest.objects.waiting().filter(half_at__lte=now)


def _tell_half_time(ask: ActionRequest, now: datetime) -> None:
    """Said once, for whoever calls people; nothing about the request changes."""
    ask.half_at = None
    ask.save(update_fields=["half_at"])
    record_event("request.half_time", ask, actor=_ACTOR, facts=facts_of(ask))


def _undecided(now: datetime) -> Due:
    return ActionRequest.objects.waiting().filter(expires_at__lte=now)


def _time_out(ask: ActionRequest, now: datetime) -> None:
    """Silence never approves: it escalates once, then expires or rejects."""
    timeout = ActionRequest.OnTimeout
    if ask.on_timeout == timeout.ESCALATE and not ask.extended:
        ask.extended = True
        ask.expires_at = extended_deadline(now, ask.created_at, ask.expires_at)
        ask.save(update_fields=["extended", "expires_at"])
        end_claim(ask, Claim.End.LAPSED, now)
        mark_escalated(ask, actor=_ACTOR, now=now, why="deadline")
        return
    status = Status.REJECTED if ask.on_timeout == timeout.REJECT else Status.EXPIRED
    stop_waiting(ask, status, actor=_ACTOR, now=now, facts={"why": "deadline"})


def _unused(now: datetime) -> Due:
    return ActionRequest.objects.filter(status=Status.APPROVED, execute_before__lte=now)


def _lapse(ask: ActionRequest, now: datetime) -> None:
    move_ask(ask, Status.LAPSED, closed_at=now)
    record_event("request.lapsed", ask, actor=_ACTOR, facts=facts_of(ask))


def _unreported(now: datetime) -> Due:
    return ActionRequest.objects.filter(status=Status.REDEEMED, report_before__lte=now)


def _doubt(ask: ActionRequest, now: datetime) -> None:
    """Redeemed, and no word since: the effect is unknown until a person settles it."""
    Outcome.objects.create(ask=ask, status=Outcome.Status.UNCERTAIN, reported_at=now)
    move_ask(ask, Status.UNCERTAIN)
    facts = facts_of(ask) | {"why": "no_report"}
    record_event("request.uncertain", ask, actor=_ACTOR, facts=facts)


def _held_too_long(now: datetime) -> Due:
    return ActionRequest.objects.filter(
        status=Status.PENDING, holder__isnull=False, held_until__lte=now
    )


def _free(ask: ActionRequest, now: datetime) -> None:
    facts = facts_of(ask) | {"person": ask.holder_id}
    end_claim(ask, Claim.End.LAPSED, now)
    record_event("claim.lapsed", ask, actor=_ACTOR, facts=facts)


def _deferred(now: datetime) -> Due:
    return ActionRequest.objects.filter(
        status=Status.PENDING, deferred_by__isnull=False, available_at__lte=now
    )


def _wake(ask: ActionRequest, now: datetime) -> None:
    facts = facts_of(ask) | {"person": ask.deferred_by_id}
    ask.deferred_by = None
    ask.save(update_fields=["deferred_by"])
    record_event("request.woke", ask, actor=_ACTOR, facts=facts)
