"""Seeding the demo: safe to run at every start, changes nothing that is there."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from queues.models import Policy, Queue
from queues.services.policies import publish_policy
from queues.services.queues import add_member, plan_shift
from reviewapp.core.actors import Actor
from reviewapp.core.models import User
from reviewapp.core.services.people import add_person
from reviewapp.demo.cast import PEOPLE, QUEUES, ROUTES, SYSTEMS, DemoSystem
from systems.models import System
from systems.services.credentials import register_credential
from systems.services.systems import register_system
from systems.services.tools import register_tool

_ACTOR = Actor.of_process("demo seed")
_SHIFT = timedelta(days=365)


@transaction.atomic
def seed_demo(password: str) -> None:
    """Make the demo's people, queues, policy and systems where they are missing.

    Every demo person gets `password`; nothing else in the product ever sets one.
    """
    people = {person.login: _seed_person(person.email, password) for person in PEOPLE}
    for slug in QUEUES:
        _seed_queue(slug, people)
    _seed_policy(people["lead"])
    for system in SYSTEMS:
        if not System.objects.filter(slug=system.slug).exists():
            _seed_system(system, people)


def make_password() -> str:
    """Return a password a person can type from one screen into another."""
    words = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron")
    return "-".join([*(secrets.choice(words) for _ in range(3)), secrets.token_hex(3)])


def _seed_person(email: str, password: str) -> User:
    known = User.objects.filter(email=email).first()
    if known is None:
        wanted = next(person for person in PEOPLE if person.email == email)
        known = add_person(email, name=wanted.name, roles=wanted.roles, actor=_ACTOR)
    if not known.check_password(password):
        known.set_password(password)
        known.save(update_fields=["password"])
    return known


def _seed_queue(slug: str, people: dict[str, User]) -> None:
    name, description, members = QUEUES[slug]
    queue, _ = Queue.objects.get_or_create(
        slug=slug, defaults={"name": name, "description": description}
    )
    for login in members:
        add_member(queue, people[login], actor=_ACTOR)
    if not queue.shifts.exists():
        now = timezone.now()
        plan_shift(
            queue,
            people["lead"],
            actor=_ACTOR,
            level=1,
            starts_at=now,
            ends_at=now + _SHIFT,
        )


def _seed_policy(lead: User) -> None:
    """The first policy with the demo's routes, as its second version."""
    current = Policy.objects.current()
    if current.rules["routes"]:
        return
    publish_policy(
        current.rules | {"routes": list(ROUTES)},
        person=lead,
        actor=_ACTOR,
        note="Money and operations have queues of their own.",
    )


def _seed_system(wanted: DemoSystem, people: dict[str, User]) -> None:
    system = register_system(
        wanted.slug,
        actor=_ACTOR,
        name=wanted.name,
        purpose=wanted.purpose,
        vendor=wanted.vendor,
        environment=wanted.environment,
        autonomy=wanted.autonomy,
        lifecycle="live",
        process_owner=people[wanted.owner],
    )
    for tool in wanted.tools:
        register_tool(
            system,
            tool.name,
            actor=_ACTOR,
            description=tool.says,
            effect=tool.effect,
            reversibility=tool.reversibility,
            category=tool.category,
            freshness_limit_s=tool.freshness_limit_s,
            schema=tool.schema,
        )
    for name, environment in wanted.credentials.items():
        register_credential(system, name, actor=_ACTOR, environment=environment)
