"""A believable afternoon in the queue, made through the services that agents use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from docs.screenshots.afternoon import ask_the_afternoon
from docs.screenshots.stage import Stage
from queues.models import Membership, Queue
from reviewapp.core.actors import Actor
from reviewapp.core.models import RoleGrant, User
from reviewapp.core.permissions import Role
from reviewapp.demo.cases import ALL
from reviewapp.demo.past import seed_cases
from systems.models import Credential, Lifecycle, System, Tool
from traces.models import Trace
from traces.services.digesting import digest_batches
from traces.services.raises import name_reference


@dataclass(frozen=True, slots=True)
class Scene:
    """Who looks, and at which request. `critical` destroys in production.

    `run`: one that a customer complained about, whose ticket `support` has named.
    """

    reviewer: User
    lead: User
    auditor: User
    support: User
    run: UUID
    critical: UUID
    refund: UUID
    edited: UUID


def set_scene() -> Scene:
    """Fill empty databases, and return what is worth a picture."""
    stage = Stage(
        rita=_person("Rita Marsh", Role.REVIEWER),
        tom=_person("Tom Okafor", Role.REVIEWER, Role.LEAD),
    )
    auditor = _person("Ada Lindqvist", Role.AUDITOR)
    _open_queues(stage)
    _register(stage)
    _decide_the_morning(stage)
    critical, refund, edited = ask_the_afternoon(stage)
    support = _person("Sam Tanaka", Role.SUPPORT)
    return Scene(
        reviewer=stage.rita,
        lead=stage.tom,
        auditor=auditor,
        support=support,
        run=_keep_runs(support),
        critical=critical.pk,
        refund=refund.pk,
        edited=edited.pk,
    )


def _keep_runs(support: User) -> UUID:
    """Keep the demo's help-desk cases; return the run that is looked into."""
    now = timezone.now()
    cases = [make(now) for make in ALL]
    for case in cases:
        slug = case.agent.system
        System.objects.get_or_create(
            slug=slug, defaults={"name": slug, "lifecycle": Lifecycle.LIVE}
        )
    seed_cases(now)
    digest_batches(60)
    run = Trace.objects.of_subject(cases[0].reference)[:1].get()
    actor = Actor.of_person(support)
    name_reference(run, "CASE-4711", person=support, actor=actor)
    return run.pk


def _person(name: str, *roles: Role) -> User:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person = User.objects.create_user(email, name=name)
    for role in roles:
        RoleGrant.objects.create(person=person, role=role)
    return person


def _open_queues(stage: Stage) -> None:
    names = {
        "general": "General",
        "payments": "Payments",
        "operations": "Operations",
    }
    for slug, name in names.items():
        queue, _ = Queue.objects.get_or_create(slug=slug, defaults={"name": name})
        for person in (stage.rita, stage.tom):
            Membership.objects.create(queue=queue, person=person)


_SYSTEMS: dict[str, tuple[str, Sequence[tuple[str, str, str, str]]]] = {
    "support-agent": (
        "Support agent",
        (
            ("cancel_reservation", "write", "irreversible", "data"),
            ("update_reservation_flights", "write", "compensable", "data"),
            ("issue_refund", "write", "compensable", "money"),
            ("send_certificate", "write", "compensable", "money"),
        ),
    ),
    "ops-agent": (
        "Operations agent",
        (
            ("bookings.delete_rows", "destructive", "irreversible", "data"),
            ("restart_service", "write", "reversible", "data"),
            ("grant_role", "write", "reversible", "access"),
            ("rotate_certificate", "write", "reversible", "data"),
        ),
    ),
    "finance-agent": (
        "Finance agent",
        (("pay_invoice", "write", "irreversible", "money"),),
    ),
    "outreach-agent": (
        "Outreach agent",
        (("send_campaign", "broadcast", "irreversible", "data"),),
    ),
}


def _register(stage: Stage) -> None:
    for slug, (name, tools) in _SYSTEMS.items():
        system = System.objects.create(
            slug=slug,
            name=name,
            lifecycle=Lifecycle.LIVE,
            purpose=f"{name} of the demo.",
        )
        stage.systems[slug] = system
        for tool, effect, reversibility, category in tools:
            Tool.objects.create(
                system=system,
                name=tool,
                effect=effect,
                reversibility=reversibility,
                category=category,
            )
    ops = stage.systems["ops-agent"]
    Credential.objects.create(system=ops, name="bookings-rw", environment="production")
    Credential.objects.create(system=ops, name="kube-staging", environment="staging")


def _decide_the_morning(stage: Stage) -> None:
    """What was decided before, so that records and look-backs have something to say."""
    past = [
        ("R7K2QX", "sofia.martin_4821", "approve", "within_policy", "succeeded"),
        ("M1B9ZT", "james.taylor_7755", "reject", "against_policy", ""),
        ("Q5C0LD", "olivia.chen_1180", "edit", "wrong_amount", "succeeded"),
        ("X8H3WA", "noah.brown_6181", "approve", "checked_evidence", "uncertain"),
        ("J2P4EE", "aarav.ahmed_6699", "approve", "within_policy", "failed"),
    ]
    for number, (order, customer, verdict, reason, end) in enumerate(past):
        ask = stage.ask(
            "support-agent",
            minutes_ago=105 - number * 8,
            tool="issue_refund",
            arguments={"reservation_id": order, "amount": 180 + number * 35},
            summary=f"Refund {180 + number * 35} EUR for reservation {order}",
            environment="production",
            reversibility="compensable",
            subject_ref=customer,
            amount=Decimal(180 + number * 35),
            currency="EUR",
            queue="payments",
            undo={"tool": "reverse_refund", "arguments": {"reservation_id": order}},
        )
        changed = (
            {"reservation_id": order, "amount": 120} if verdict == "edit" else None
        )
        stage.decide(
            ask,
            stage.rita if number % 2 else stage.tom,
            minutes_ago=100 - number * 8,
            verdict=verdict,
            reason_code=reason,
            arguments=changed,
        )
        if end:
            stage.finish(ask, minutes_ago=99 - number * 8, status=end)
