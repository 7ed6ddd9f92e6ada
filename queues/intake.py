"""What a submission will be: its risk, terms, queue and limits, before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from queues.models import ActionRequest, Policy, Queue
from queues.policy_rules import PolicyRules, Terms
from queues.risk import Hazard, RiskReading, read_risk
from queues.rules import shorter
from queues.selectors.sums import concerning, crossed_by, hold_sums
from queues.splitting import REASONS as SUMMED
from queues.splitting import Split
from queues.submissions import Json, Submission
from reviewapp.core.digests import arguments_digest
from reviewapp.core.models import User
from reviewapp.core.problems import Forbidden, Invalid, Overloaded
from systems.models import Credential, Lifecycle, System, Tool

# Doubts after which no policy answers by itself.
_NEVER_AUTOMATIC = {
    "tool_unknown",
    "more_than_a_read",
    "credential_unknown",
    "credential_elsewhere",
    *SUMMED.values(),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is worked out about a submission. Limits are in seconds."""

    policy: Policy
    rules: PolicyRules
    queue: Queue
    terms: Terms
    risk: RiskReading
    effect: str
    schema: Json | None
    arguments_digest: str
    evidence_limits_s: tuple[int | None, ...]
    requester: User | None
    # Limits on sums that are reached with it.
    crossed: list[Split]


def plan_request(
    system: System, given: Submission, *, now: datetime, requester: User | None = None
) -> Plan:
    """Class and route a submission by the current policy.

    Raises Invalid, Forbidden(`system_not_live`) and Overloaded(`queue_full`).
    """
    if system.lifecycle not in (Lifecycle.LIVE, Lifecycle.PROPOSED):
        raise Forbidden(
            "system_not_live", f"This system is {system.lifecycle}; it may not ask."
        )
    policy = Policy.objects.current()
    rules = PolicyRules.parse(policy.rules)
    tool = Tool.objects.filter(system=system, name=given.tool).first()
    crossed = crossed_by(system, given, rules.splits, now)
    risk = read_risk(_hazard(system, given, tool, rules, crossed))
    _check_callback(system, given)
    terms = _terms(rules, risk, given)
    queue = _queue(rules, risk, given, system)
    if not given.synthetic:
        _require_room(queue)
    return Plan(
        policy=policy,
        rules=rules,
        queue=queue,
        terms=terms,
        risk=risk,
        effect=(tool.effect if tool else "") or "",
        schema=given.schema or (tool.schema if tool else None),
        arguments_digest=arguments_digest(given.tool, given.arguments),
        evidence_limits_s=_evidence_limits(given, tool),
        requester=requester or _requester(given),
        crossed=crossed,
    )


def plan_alone(system: System, given: Submission, plan: Plan, *, now: datetime) -> Plan:
    """Return the plan as it holds while nobody else adds to the same sums.

    Inside the transaction that stores the request. Raises what `plan_request` raises.
    """
    summed = concerning(given, plan.rules.splits)
    if not summed:
        return plan
    hold_sums(system, given, summed)
    if crossed_by(system, given, summed, now) == plan.crossed:
        return plan
    return plan_request(system, given, now=now, requester=plan.requester)


def _hazard(
    system: System,
    given: Submission,
    tool: Tool | None,
    rules: PolicyRules,
    crossed: Sequence[Split],
) -> Hazard:
    return Hazard(
        effect=(tool.effect if tool else "") or "",
        category=tool.category if tool else "",
        tool_reversibility=(tool.reversibility if tool else "") or "",
        declared_reversibility=given.reversibility,
        declared_environment=given.environment,
        credential_environment=_credential_environment(system, given.credential),
        amount=given.amount,
        recipients=given.recipients,
        broadcast_recipients=rules.broadcast_recipients,
        sums=tuple((split.reason, split.becomes) for split in crossed),
    )


def _credential_environment(system: System, name: str) -> str | None:
    """None: none was named. Empty: not registered for this system."""
    if not name:
        return None
    known = Credential.objects.filter(system=system, name=name, retired_at=None)
    environment: str = known.values_list("environment", flat=True).first() or ""
    return environment


def _terms(rules: PolicyRules, risk: RiskReading, given: Submission) -> Terms:
    """The policy's terms; an agent may ask for shorter clocks, never longer."""
    doubts = bool(_NEVER_AUTOMATIC & set(risk.reasons))
    terms = rules.terms_for(risk.risk_class, risk.environment, doubts)
    return replace(
        terms,
        decide_within_s=min(
            terms.decide_within_s, given.decide_within_s or terms.decide_within_s
        ),
        execute_within_s=min(
            terms.execute_within_s, given.execute_within_s or terms.execute_within_s
        ),
        report_within_s=min(
            terms.report_within_s, given.report_within_s or terms.report_within_s
        ),
        on_timeout=given.on_timeout or terms.on_timeout,
    )


def _queue(
    rules: PolicyRules, risk: RiskReading, given: Submission, system: System
) -> Queue:
    slug = given.queue or rules.queue_for(
        risk_class=risk.risk_class, environment=risk.environment, system=system.slug
    )
    queue = Queue.objects.filter(slug=slug).first()
    if queue is None:
        raise Invalid({"queue": [f"There is no queue {slug}."]})
    return queue


def _require_room(queue: Queue) -> None:
    """Push back on agents before people drown."""
    # A replay is no load: it neither fills the queue nor is it put off.
    waiting = ActionRequest.objects.waiting().filter(queue=queue, synthetic=False)
    # Counts no further than the limit, on the index of what waits in the queue.
    if waiting[: queue.max_pending].count() >= queue.max_pending:
        raise Overloaded(
            "queue_full",
            f"{queue.max_pending} requests wait in {queue.slug} already; "
            "nothing was queued.",
            retry_after_s=max(30, queue.mean_review_s),
        )


def _check_callback(system: System, given: Submission) -> None:
    if not given.callback_url:
        return
    host = urlsplit(given.callback_url).hostname or ""
    if host not in system.allow_callback_hosts:
        raise Invalid(
            {"callback_url": ["This host is not allowed for the system; see its page."]}
        )


def _evidence_limits(given: Submission, tool: Tool | None) -> tuple[int | None, ...]:
    limit = tool.freshness_limit_s if tool else None
    return tuple(shorter(item.max_age_s, limit) for item in given.evidence)


def _requester(given: Submission) -> User | None:
    """The person behind the agent, where they are one of ours."""
    if not given.on_behalf_of:
        return None
    return User.objects.filter(email__iexact=given.on_behalf_of.strip()).first()
