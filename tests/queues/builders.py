"""Builders for the approval queue."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.db import connection
from django.utils import timezone

from queues.first_policy import FIRST_POLICY
from queues.models import ActionRequest, Membership, Policy, Queue, Status
from queues.services.decisions import Ruling
from queues.services.requests import submit_request
from queues.submissions import Submission
from reviewapp.core.actors import Actor, ActorKind
from reviewapp.core.digests import body_digest
from reviewapp.core.models import User
from systems.models import Autonomy, Environment, Lifecycle, System, Tool

_numbers = count(1)


def make_policy(**changes: Any) -> Policy:
    """The first policy, or the next version of it with `changes`."""
    if not changes and (found := Policy.objects.first()):
        return found
    last = Policy.objects.order_by("-version").first()
    return Policy.objects.create(
        version=(last.version if last else 0) + 1,
        rules=FIRST_POLICY | changes,
        published_at=timezone.now(),
    )


def make_queue(*members: User, slug: str = "general", **fields: Any) -> Queue:
    queue, _ = Queue.objects.update_or_create(
        slug=slug, defaults={"name": slug.capitalize(), **fields}
    )
    for person in members:
        Membership.objects.get_or_create(queue=queue, person=person)
    return queue


def make_asking_system(slug: str = "support-agent", **fields: Any) -> System:
    """A live system with one tool of each kind that risk classes know."""
    system, made = System.objects.get_or_create(
        slug=slug,
        defaults={
            "name": slug,
            "purpose": "Answers customers.",
            "environment": Environment.PRODUCTION,
            "lifecycle": Lifecycle.LIVE,
            "autonomy": Autonomy.A1,
            **fields,
        },
    )
    if made:
        for name, effect, reversibility, category in _TOOLS:
            Tool.objects.create(
                system=system,
                name=name,
                effect=effect,
                reversibility=reversibility,
                category=category,
            )
    return system


_TOOLS = (
    ("look_up", "read", "reversible", "data"),
    ("set_label", "write", "reversible", "data"),
    ("cancel_reservation", "write", "irreversible", "data"),
    ("refund", "write", "compensable", "money"),
    ("send_campaign", "broadcast", "irreversible", "data"),
    ("grant_role", "write", "reversible", "access"),
    ("delete_records", "destructive", "irreversible", "data"),
)


def agent_of(system: System) -> Actor:
    return Actor(ActorKind.AGENT, system.slug, system_id=system.pk)


def make_submission(**fields: Any) -> Submission:
    number = next(_numbers)
    return Submission(
        **{
            "key": f"intent-{number}",
            "tool": "cancel_reservation",
            "arguments": {"reservation": f"R-{number}"},
            "environment": "production",
            "reversibility": "irreversible",
            "summary": f"Cancel reservation R-{number}",
            **fields,
        }
    )


def make_ask(system: System | None = None, **fields: Any) -> ActionRequest:
    """A request put in the queue through the front door of the services."""
    make_policy()
    system = system or make_asking_system()
    given = make_submission(**fields)
    if not given.queue:
        make_queue()
    return submit_request(
        system,
        given,
        actor=agent_of(system),
        body_digest=body_digest({"key": given.key}),
    ).ask


def make_crowd(ask: ActionRequest, size: int = 500) -> None:
    """Surround a request with others of its tool: plans are made as for many."""
    columns = {
        field.attname: getattr(ask, field.attname)
        for field in ActionRequest._meta.concrete_fields
        if field.attname not in ("id", "key_digest", "trace_id")
    }
    decided = {"status": Status.REJECTED, "decided_at": ask.created_at}
    ActionRequest.objects.bulk_create(
        ActionRequest(
            **columns | (decided if number % 2 else {}),
            key_digest=f"{number:064x}",
            trace_id=f"{number:032x}",
        )
        for number in range(size)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE queues_actionrequest")


def ruling(ask: ActionRequest, verdict: str = "approve", **fields: Any) -> Ruling:
    """A sound ruling on the card as it stands."""
    defaults: dict[str, Any] = {"version": ask.version}
    if verdict == "reject":
        defaults["reason_code"] = "not_asked_for"
    if verdict == "answer":
        defaults["comment"] = "Ask the customer first."
    return Ruling(verdict=verdict, **{**defaults, **fields})
