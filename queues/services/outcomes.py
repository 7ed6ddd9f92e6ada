"""Outcomes: what the agent reports, or a person settles where nobody knows."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.effective import open_contents
from queues.models import ActionRequest, Effect, Outcome, Settlement, Status
from queues.rules import ACTED
from queues.services.life import facts_of, lock_ask, lock_for_reviewer, move_ask
from queues.services.requests import submit_request
from queues.submissions import Json, Report, Submission
from reviewapp.core.actors import Actor
from reviewapp.core.digests import body_digest, reference_digest
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict, Forbidden, Invalid
from reviewapp.core.words import Keyring
from systems.models import System

SETTLEMENT_LABEL = "settlement"


@transaction.atomic
def report_outcome(
    ask_id: UUID, report: Report, *, system: System, actor: Actor
) -> ActionRequest:
    """Take the outcome of a redeemed request; the same report again changes nothing.

    An act that is uncertain, because its agent said so or said nothing in time, may
    still be reported as done or failed until a person has settled it.
    Raises Conflict: `outcome_reported` for another report, `not_redeemed` before the
    grant was spent, `already_settled` after a person has settled it.
    """
    now = timezone.now()
    ask = lock_ask(ask_id, ActionRequest.objects.of_system(system))
    digest = body_digest(_as_json(report))
    known = Outcome.objects.filter(ask=ask).first()
    if known is not None and known.body_digest == digest:
        return ask
    if ask.status == Status.SETTLED:
        raise Conflict("already_settled", "A person has settled this meanwhile.")
    if known is not None and known.status != Outcome.Status.UNCERTAIN:
        raise Conflict("outcome_reported", "Another outcome was reported before.")
    if ask.status not in (Status.REDEEMED, Status.UNCERTAIN):
        raise Conflict("not_redeemed", "Only an act whose leave was spent has one.")
    _take_report(ask, report, digest, now=now)
    closed = None if report.status == Status.UNCERTAIN else now
    if ask.status != report.status:
        move_ask(ask, Status(report.status), closed_at=closed)
    record_event(
        f"request.{report.status}",
        ask,
        actor=actor,
        facts=facts_of(ask) | {"effects": len(report.effects)},
    )
    return ask


def _as_json(report: Report) -> Json:
    return {
        "status": report.status,
        "result": report.result,
        "effects": [list(pair) for pair in report.effects],
        "usage": [report.tokens, report.seconds, str(report.cost)],
    }


def _take_report(
    ask: ActionRequest, report: Report, digest: str, *, now: datetime
) -> None:
    keyring = Keyring.of([ask.pk])
    words = {"result": report.result, "refs": [ref for _, ref in report.effects]}
    outcome, _ = Outcome.objects.update_or_create(
        ask=ask,
        defaults={
            "status": report.status,
            "body_digest": digest,
            "words_sealed": keyring.seal(ask.pk, Outcome.LABEL, words),
            "reported_at": now,
            "tokens": report.tokens,
            "seconds": report.seconds,
            "cost": report.cost,
        },
    )
    outcome.effects.all().delete()
    Effect.objects.bulk_create(
        Effect(
            outcome=outcome,
            position=n,
            system_name=name,
            ref_digest=reference_digest("effect", ref),
        )
        for n, (name, ref) in enumerate(report.effects)
    )


@transaction.atomic
def settle_outcome(
    ask_id: UUID, settlement: Settlement, *, person: User, actor: Actor
) -> ActionRequest:
    """A person says what became of an act whose effect is unknown.

    `compensate` also opens the undoing as a request of its own; see
    `compensate_request`.
    """
    if not person.has_right(Right.OUTCOME_SETTLE):
        raise Forbidden("may_not_settle", "Your roles do not let you settle outcomes.")
    now = timezone.now()
    ask = lock_for_reviewer(ask_id, person)
    if ask.status != Status.UNCERTAIN:
        raise Conflict(
            "not_uncertain", f"Only an uncertain act is settled; it is {ask.status}."
        )
    if settlement == Settlement.COMPENSATE:
        compensate_request(ask_id, person=person, actor=actor)
    Outcome.objects.filter(ask=ask).update(
        settlement=settlement, settled_at=now, settled_by=person
    )
    move_ask(ask, Status.SETTLED, closed_at=now)
    record_event(
        "request.settled", ask, actor=actor, facts=facts_of(ask) | {"as": settlement}
    )
    return ask


@transaction.atomic
def compensate_request(ask_id: UUID, *, person: User, actor: Actor) -> ActionRequest:
    """Open the undoing of an act as a request of its own; once per act.

    The person who asks for it is its requester, so somebody else approves it.
    Raises Invalid(`undo`) when the agent gave no way to undo.
    """
    ask = lock_for_reviewer(ask_id, person)
    if ask.status not in ACTED:
        raise Conflict("nothing_to_undo", f"It is {ask.status}: it did nothing yet.")
    keyring = Keyring.of([ask.pk])
    contents = open_contents(ask, keyring)
    if contents.undo is None:
        raise Invalid({"undo": ["The agent gave no way to undo this."]})
    given = _undoing(ask, contents.undo)
    made = submit_request(
        ask.system,
        given,
        actor=actor,
        body_digest=body_digest({"compensates": str(ask.pk)}),
        requester=person,
        compensates=ask,
        key_space="compensation",
    )
    if made.made:
        record_event(
            "request.compensation_asked",
            ask,
            actor=actor,
            facts=facts_of(ask) | {"compensation": str(made.ask.pk)},
        )
    return made.ask


def _undoing(ask: ActionRequest, undo: Json) -> Submission:
    """The undo plan as a submission: same place, same system, no undo of its own."""
    return Submission(
        key=str(ask.pk),
        tool=undo["tool"],
        arguments=undo.get("arguments", {}),
        environment=ask.declared_environment,
        reversibility=ask.reversibility,
        summary=f"Undo {ask.tool} ({str(ask.pk)[:8]})",
        run_id=ask.run_id,
        trace_id=ask.trace_id,
        credential=ask.credential,
        amount=ask.amount,
        currency=ask.currency,
        records=ask.records,
        recipients=ask.recipients,
        synthetic=ask.synthetic,
    )
