"""Submitting, withdrawing and merging requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from queues.intake import Plan, plan_alone, plan_request
from queues.models import (
    ActionRequest,
    Claim,
    Delivery,
    Evidence,
    Precondition,
    Status,
)
from queues.rules import rank_at
from queues.services.approvals import approve_request, void_one
from queues.services.life import (
    end_claim,
    facts_of,
    lock_ask,
    lock_for_reviewer,
    stop_waiting,
)
from queues.submissions import Contents, Headline, Submission
from reviewapp.core.actors import Actor
from reviewapp.core.digests import keyed_digest, reference_digest
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Conflict
from reviewapp.core.words import Keyring
from systems.models import System
from systems.services.tools import learn_tool
from traces.retention import Why
from traces.selectors.calls import trace_key_of
from traces.services.keeping import keep_words

_KEY_CONSTRAINT = "one_request_per_key"


@dataclass(frozen=True, slots=True)
class Submitted:
    """The request, and whether this call made it (201) or found it (200)."""

    ask: ActionRequest
    made: bool


class KeyReused(Conflict):
    """A key that stands for another body, with the request it stands for.

    An agent that was restarted words the same act anew (later evidence, another trace);
    by the digest it sees that it is the same act, and waits on.
    """

    def __init__(self, ask: ActionRequest) -> None:
        super().__init__(
            "key_reused",
            "This key was used for another request; one intent has one key.",
        )
        self._names = {
            "request_id": str(ask.pk),
            "arguments_digest": ask.asked_digest,
        }

    def as_json(self) -> dict[str, object]:
        return super().as_json() | self._names


def submit_request(
    system: System,
    given: Submission,
    *,
    actor: Actor,
    body_digest: str,
    requester: User | None = None,
    compensates: ActionRequest | None = None,
    key_space: str = "key",
) -> Submitted:
    """Put a request in the queue, once per key.

    The same key and body find the request again; another body under the same key is
    refused (`key_reused`). Requests that Reviewapp itself makes have a `key_space` of
    their own, which no agent can take first.

    Raises Invalid for an unknown queue or a callback host not allowed, and Overloaded
    when the queue is full; then nothing is stored.
    """
    key_digest = keyed_digest(key_space, given.key)
    known = _find(system, key_digest, body_digest)
    if known is not None:
        return Submitted(known, made=False)
    now = timezone.now()
    plan = plan_request(system, given, now=now, requester=requester)
    ask_id = uuid4()
    # Committed in the keys database before any word is written; see core/words.py.
    keyring = Keyring.make(ask_id)
    try:
        with transaction.atomic():
            plan = plan_alone(system, given, plan, now=now)
            ask = _insert(
                ask_id, system, given, plan, keyring, key_digest, body_digest, now
            )
            if compensates is not None:
                ask.compensates = compensates
                ask.save(update_fields=["compensates"])
            _arrive(ask, given, plan, actor=actor, now=now)
    except IntegrityError as problem:
        if _KEY_CONSTRAINT not in str(problem):
            raise
        raced = _find(system, key_digest, body_digest)
        if raced is None:
            raise
        return Submitted(raced, made=False)
    return Submitted(ask, made=True)


def _find(system: System, key_digest: str, body_digest: str) -> ActionRequest | None:
    ask = (
        ActionRequest.objects.select_related("queue", "policy", "system")
        .filter(system=system, key_digest=key_digest)
        .first()
    )
    if ask is not None and ask.body_digest != body_digest:
        raise KeyReused(ask)
    return ask


def _insert(
    ask_id: UUID,
    system: System,
    given: Submission,
    plan: Plan,
    keyring: Keyring,
    key_digest: str,
    body_digest: str,
    now: datetime,
) -> ActionRequest:
    terms, risk = plan.terms, plan.risk
    expires_at = now + timedelta(seconds=terms.decide_within_s)
    ask = ActionRequest.objects.create(
        id=ask_id,
        system=system,
        queue=plan.queue,
        policy=plan.policy,
        key_digest=key_digest,
        body_digest=body_digest,
        tool=given.tool,
        effect=plan.effect,
        reversibility=risk.reversibility,
        declared_environment=given.environment,
        environment=risk.environment,
        credential=given.credential,
        risk_class=risk.risk_class,
        risk_reasons=list(risk.reasons),
        asked_digest=plan.arguments_digest,
        arguments_digest=plan.arguments_digest,
        amount=given.amount,
        currency=given.currency,
        records=given.records,
        recipients=given.recipients,
        estimate_tokens=given.estimate_tokens,
        estimate_seconds=given.estimate_seconds,
        estimate_cost=given.estimate_cost,
        run_id=given.run_id,
        trace_id=given.trace_id,
        span_id=given.span_id,
        conversation_digest=reference_digest("conversation", given.conversation_id),
        subject_digest=reference_digest("subject", given.subject_ref),
        behalf_digest=reference_digest("behalf", given.on_behalf_of),
        requester=plan.requester,
        synthetic=given.synthetic,
        headline_sealed=keyring.seal(
            ask_id, Headline.LABEL, Headline.of(given).as_json()
        ),
        contents_sealed=keyring.seal(
            ask_id, Contents.LABEL, Contents.of(given, plan.schema).as_json()
        ),
        allowed=list(given.allowed),
        approvals_needed=terms.approvals,
        on_timeout=terms.on_timeout,
        rank_at=rank_at(expires_at, terms.head_start_s),
        created_at=now,
        available_at=now,
        expires_at=expires_at,
        half_at=now + (expires_at - now) / 2,
        execute_within_s=terms.execute_within_s,
        report_within_s=terms.report_within_s,
    )
    _insert_foundations(ask, given, plan, now)
    return ask


def _insert_foundations(
    ask: ActionRequest, given: Submission, plan: Plan, now: datetime
) -> None:
    """What the request rests on: evidence with its age, preconditions, a call back."""
    Evidence.objects.bulk_create(
        Evidence(ask=ask, position=n, observed_at=item.observed_at, limit_s=limit)
        for n, (item, limit) in enumerate(
            zip(given.evidence, plan.evidence_limits_s, strict=True)
        )
    )
    digests = [keyed_digest("fingerprint", p.fingerprint) for p in given.preconditions]
    Precondition.objects.bulk_create(
        Precondition(
            ask=ask,
            position=n,
            name_digest=keyed_digest("precondition", item.name),
            asked=digest,
            latest=digest,
            checked_at=now,
        )
        for n, (item, digest) in enumerate(
            zip(given.preconditions, digests, strict=True)
        )
    )
    if given.callback_url:
        Delivery.objects.create(ask=ask, webhook=True)


def _arrive(
    ask: ActionRequest, given: Submission, plan: Plan, *, actor: Actor, now: datetime
) -> None:
    """Record the arrival; let policy answer, or join the request it repeats."""
    learn_tool(ask.system, ask.tool, actor=actor, schema=given.schema)
    record_event(
        "request.submitted",
        ask,
        actor=actor,
        facts=facts_of(ask)
        | {
            "risk_reasons": ask.risk_reasons,
            "arguments_digest": ask.arguments_digest,
            "policy": ask.policy.version,
            "approvals_needed": ask.approvals_needed,
        },
    )
    _keep_run(ask, actor=actor)
    first = _same_intent_of_run(ask)
    if first is not None:
        _merge(first, ask, actor=actor)
    elif plan.terms.automatic:
        _answer_by_policy(ask, plan.terms.automatic, now=now)


def _keep_run(ask: ActionRequest, *, actor: Actor) -> None:
    """What a person decided about must be readable as long as retention lets it."""
    key = trace_key_of(ask.system_id, ask.trace_id)
    if key is not None:
        keep_words(key, Why.REQUEST, system=ask.system_id, actor=actor)


def _answer_by_policy(ask: ActionRequest, verdict: str, *, now: datetime) -> None:
    policy = Actor.of_process(f"policy {ask.policy.version}")
    if verdict == "approve":
        approve_request(ask, actor=policy, now=now, decided_by_policy=True)
    else:
        stop_waiting(
            ask, Status.REJECTED, actor=policy, now=now, decided_by_policy=True
        )


def _same_intent_of_run(ask: ActionRequest) -> ActionRequest | None:
    """The same run asking the same thing again while the first still waits.

    A retry loop that lost its key is one intent; two runs that want the same are a
    person's to merge.
    """
    if not ask.run_id:
        return None
    candidates = (
        ActionRequest.objects.waiting()
        .filter(
            system_id=ask.system_id,
            asked_digest=ask.asked_digest,
            run_id=ask.run_id,
            subject_digest=ask.subject_digest,
        )
        .exclude(pk=ask.pk)
        .select_for_update(of=("self",))
        .order_by("created_at")
    )
    return next((first for first in candidates if _are_alike(first, ask)), None)


@transaction.atomic
def merge_requests(
    first_id: UUID, lookalike_id: UUID, *, person: User, actor: Actor
) -> ActionRequest:
    """Let a look-alike share the first request's decision and its one grant.

    Both must be pending and stand on the same terms (see `_terms_of`), so that no
    merge is a way around an approval. Raises NotFound and Conflict(`not_alike`).
    """
    # Locked in one order, whoever asks, so that two merges never wait on each other.
    locked = {
        ask_id: lock_for_reviewer(ask_id, person)
        for ask_id in sorted({first_id, lookalike_id})
    }
    first, lookalike = locked[first_id], locked[lookalike_id]
    if not _are_alike(first, lookalike):
        raise Conflict("not_alike", "Only pending requests that would run the same.")
    _merge(first, lookalike, actor=actor)
    return first


def _are_alike(first: ActionRequest, other: ActionRequest) -> bool:
    return (
        first.pk != other.pk
        and first.merged_into_id is None
        and other.merged_into_id is None
        and first.status == other.status == Status.PENDING
        and _terms_of(first) == _terms_of(other)
    )


def _terms_of(ask: ActionRequest) -> tuple[object, ...]:
    """What a decision is about: who asked, what would run, how and on what.

    Were any of it left out, a request could join one that needs fewer approvals, or
    somebody approve what they asked for themselves.
    """
    rests_on = ask.preconditions.order_by("name_digest")
    return (
        ask.system_id,
        ask.queue_id,
        ask.requester_id,
        ask.asked_digest,
        ask.environment,
        ask.declared_environment,
        ask.credential,
        ask.risk_class,
        ask.approvals_needed,
        sorted(ask.allowed),
        list(rests_on.values_list("name_digest", "asked")),
    )


def _merge(first: ActionRequest, lookalike: ActionRequest, *, actor: Actor) -> None:
    end_claim(lookalike, Claim.End.CLOSED, timezone.now())
    lookalike.lookalikes.update(merged_into=first)
    lookalike.merged_into = first
    lookalike.save(update_fields=["merged_into"])
    record_event(
        "request.merged",
        lookalike,
        actor=actor,
        facts=facts_of(lookalike) | {"merged_into": str(first.pk)},
    )


@transaction.atomic
def withdraw_request(ask_id: UUID, *, system: System, actor: Actor) -> ActionRequest:
    """Take a request back: the agent no longer needs it. Safe to repeat.

    A leave already given and not used is void for this request from then on. Only this
    one: its look-alikes may be other runs' that still need theirs.
    """
    now = timezone.now()
    ask = lock_ask(ask_id, ActionRequest.objects.of_system(system))
    if ask.status == Status.PENDING:
        _hand_over(ask, actor=actor)
        stop_waiting(ask, Status.WITHDRAWN, actor=actor, now=now)
    elif ask.status == Status.APPROVED:
        void_one(ask, "withdrawn", actor=actor, now=now)
    elif ask.status not in (Status.WITHDRAWN, Status.VOIDED):
        raise Conflict("wrong_state", f"It is already {ask.status}.")
    return ask


def _hand_over(first: ActionRequest, *, actor: Actor) -> None:
    """Let the oldest look-alike stand in the queue for itself and for the others."""
    heirs = first.lookalikes.filter(status=Status.PENDING)
    heir = heirs.select_related("system", "queue").order_by("created_at").first()
    if heir is None:
        return
    first.lookalikes.exclude(pk=heir.pk).update(merged_into=heir)
    heir.merged_into = None
    heir.save(update_fields=["merged_into"])
    facts = facts_of(heir) | {"merged_into": str(first.pk)}
    record_event("request.unmerged", heir, actor=actor, facts=facts)
