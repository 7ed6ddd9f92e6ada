"""Decisions: a reviewer's final word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from queues.effective import DECISION_LABEL, open_contents
from queues.models import ActionRequest, Claim, Decision, Status, Verdict
from queues.policy_rules import PolicyRules
from queues.rules import REASONS, STATUS_AFTER
from queues.schemas import check_arguments, check_size
from queues.services.approvals import approve_request
from queues.services.claims import require_not_requester, require_own_or_free
from queues.services.life import (
    end_claim,
    facts_of,
    lock_for_reviewer,
    require_pending,
    stop_waiting,
)
from queues.submissions import Json
from reviewapp.core.actors import Actor
from reviewapp.core.digests import arguments_digest
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Conflict, Invalid
from reviewapp.core.words import Keyring

# Who has spoken in which round so far.
Said = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a reviewer says. `version` is the card they saw; `dwell_ms` how long."""

    verdict: str
    version: int
    arguments: Json | None = None
    reason_code: str = ""
    comment: str = ""
    dwell_ms: int | None = None


@transaction.atomic
def decide_request(
    ask_id: UUID, ruling: Ruling, *, person: User, actor: Actor
) -> ActionRequest:
    """Record one reviewer's word, and act on it once enough have spoken.

    Reject and answer end the waiting at once. Approvals count up to
    `approvals_needed`, by different people; an edit starts a new round, because the
    approvals before it were of other arguments.

    Raises NotFound; Forbidden(own_request); Conflict(not_pending, expired, merged,
    held, changed, already_decided); Invalid.
    """
    now = timezone.now()
    ask = lock_for_reviewer(ask_id, person)
    require_pending(ask, now)
    require_not_requester(ask, person)
    require_own_or_free(ask, person, now)
    _require_same_card(ask, ruling)
    said = _said_so_far(ask)
    _require_first_word(ask, person, said)
    keyring = Keyring.of([ask.pk])
    _require_sound(ask, ruling, keyring)
    decision = _record(ask, ruling, keyring, said, person=person, now=now)
    facts = _decision_facts(decision)
    if decision.closes:
        _close(ask, decision, actor=actor, now=now, facts=facts)
    else:
        _await_next_approval(ask, actor=actor, now=now, facts=facts)
    return ask


def _require_same_card(ask: ActionRequest, ruling: Ruling) -> None:
    if ruling.version != ask.version:
        raise Conflict(
            "changed",
            "The card has changed since you saw it; nothing was decided. Look again.",
        )


def _said_so_far(ask: ActionRequest) -> Said:
    if ask.is_unspoken:
        return []
    return list(ask.decisions.values_list("person_id", "round"))


def _require_first_word(ask: ActionRequest, person: User, said: Said) -> None:
    if (person.pk, ask.round) in said:
        raise Conflict(
            "already_decided", "You have approved this; the next word is another's."
        )


def _require_sound(ask: ActionRequest, ruling: Ruling, keyring: Keyring) -> None:
    """Raise Invalid with every field that cannot be taken."""
    errors: dict[str, list[str]] = {}
    if ruling.verdict not in ask.allowed:
        errors["verdict"] = [f"The agent takes {', '.join(ask.allowed)} here."]
    known = REASONS.get(ruling.verdict, {})
    if ruling.reason_code and ruling.reason_code not in known:
        errors["reason_code"] = [f"Choose one of {', '.join(known)}."]
    if not ruling.reason_code and ruling.verdict in reasons_demanded(ask):
        errors["reason_code"] = ["Choose a reason."]
    if ruling.reason_code == "other" and not ruling.comment.strip():
        errors["comment"] = ["Say what the reason is."]
    if ruling.verdict == Verdict.ANSWER and not ruling.comment.strip():
        errors["comment"] = ["Write what the agent should do or know instead."]
    if ruling.verdict == Verdict.EDIT:
        errors |= _edit_errors(ask, ruling, keyring)
    elif ruling.arguments is not None:
        errors["arguments"] = ["Only an edit brings arguments."]
    if errors:
        raise Invalid(errors)


def reasons_demanded(ask: ActionRequest) -> tuple[str, ...]:
    """The verdicts for which the policy of this request demands a reason."""
    rules = PolicyRules.parse(ask.policy.rules)
    terms = rules.terms_for(ask.risk_class, ask.environment, doubts=False)
    return terms.reasons_for


def _edit_errors(
    ask: ActionRequest, ruling: Ruling, keyring: Keyring
) -> dict[str, list[str]]:
    if ruling.arguments is None:
        return {"arguments": ["Say what should run instead."]}
    if arguments_digest(ask.tool, ruling.arguments) == ask.arguments_digest:
        return {"arguments": ["Nothing was edited; approve it as it is."]}
    problems = check_size(ask.system, ruling.arguments)
    if not problems:
        schema = open_contents(ask, keyring).schema
        problems = check_arguments(schema, ruling.arguments)
    return {"arguments": problems} if problems else {}


def _record(
    ask: ActionRequest,
    ruling: Ruling,
    keyring: Keyring,
    said: Said,
    *,
    person: User,
    now: datetime,
) -> Decision:
    words: Json = {"comment": ruling.comment}
    if ruling.arguments is not None:
        words["arguments"] = ruling.arguments
        ask.arguments_digest = arguments_digest(ask.tool, ruling.arguments)
        if said:
            _begin_round(ask)
    slot = 1 + sum(round_ == ask.round for _, round_ in said)
    return Decision.objects.create(
        ask=ask,
        person=person,
        verdict=ruling.verdict,
        reason_code=ruling.reason_code,
        round=ask.round,
        slot=slot,
        closes=_closes(ask, ruling.verdict, slot),
        card_version=ruling.version,
        arguments_digest=ask.arguments_digest,
        words_sealed=keyring.seal(ask.pk, DECISION_LABEL, words),
        dwell_ms=ruling.dwell_ms,
        made_at=now,
    )


def _begin_round(ask: ActionRequest) -> None:
    """Alone in its first round, an edit needs no new one."""
    ask.round += 1
    ask.save(update_fields=["round"])


def _closes(ask: ActionRequest, verdict: str, slot: int) -> bool:
    if verdict in (Verdict.REJECT, Verdict.ANSWER):
        return True
    return slot >= ask.approvals_needed


def _decision_facts(decision: Decision) -> Json:
    return {
        "decision": decision.pk,
        "verdict": decision.verdict,
        "reason_code": decision.reason_code,
        "round": decision.round,
        "slot": decision.slot,
        "card_version": decision.card_version,
        "arguments_digest": decision.arguments_digest,
        "dwell_ms": decision.dwell_ms,
    }


def _close(
    ask: ActionRequest,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
    facts: Json,
) -> None:
    status = Status(STATUS_AFTER[decision.verdict])
    end = Claim.End.DECIDED
    if status is Status.APPROVED:
        approve_request(ask, actor=actor, now=now, facts=facts, end=end)
    else:
        stop_waiting(ask, status, actor=actor, now=now, facts=facts, end=end)


def _await_next_approval(
    ask: ActionRequest, *, actor: Actor, now: datetime, facts: Json
) -> None:
    """One approval of several: free the request for the next person, as a new card."""
    end_claim(ask, Claim.End.DECIDED, now)
    ask.version += 1
    ask.save(update_fields=["version", "arguments_digest"])
    record_event(
        "request.approved_in_part", ask, actor=actor, facts=facts_of(ask) | facts
    )
