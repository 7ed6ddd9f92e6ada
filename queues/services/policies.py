"""Publishing policies."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from queues.models import Policy, Queue
from queues.policy_rules import BadPolicy, PolicyRules
from queues.submissions import Json
from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Forbidden, Invalid


@transaction.atomic
def publish_policy(
    rules: Json, *, person: User, actor: Actor, note: str = ""
) -> Policy:
    """Publish rules as the next version; they class every request from then on.

    Raises Forbidden without the right to manage queues, and Invalid for rules that
    cannot be taken or that send requests to a queue that does not exist.
    """
    if not person.has_right(Right.QUEUE_MANAGE):
        raise Forbidden("may_not_publish", "Your roles do not let you publish policy.")
    _require_sound(rules)
    last = Policy.objects.select_for_update().order_by("-version").first()
    policy = Policy.objects.create(
        version=last.version + 1 if last else 1,
        rules=rules,
        note=note,
        published_at=timezone.now(),
        published_by=person,
    )
    facts = {"version": policy.version, "classes": sorted(rules["classes"])}
    record_event("policy.published", policy, actor=actor, facts=facts)
    return policy


def _require_sound(rules: Json) -> None:
    try:
        parsed = PolicyRules.parse(rules)
    except BadPolicy as problem:
        raise Invalid({"rules": [str(problem)]}) from problem
    named = {route["queue"] for route in parsed.routes} | {parsed.default_queue}
    known = set(Queue.objects.filter(slug__in=named).values_list("slug", flat=True))
    if missing := sorted(named - known):
        raise Invalid({"rules": [f"There is no queue {', '.join(missing)}."]})
