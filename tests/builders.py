"""Small builders: one call makes a thing that is whole, and lets you say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from rest_framework.test import APIClient

from reviewapp.core.actors import Actor
from reviewapp.core.models import RoleGrant, User
from reviewapp.core.permissions import Role
from systems.models import (
    Credential,
    Effect,
    Environment,
    Key,
    Lifecycle,
    Reversibility,
    Scope,
    System,
    Tool,
)
from systems.schemas import schema_fingerprint
from systems.services.keys import issue_key

PASSWORD = "correct horse battery staple"
_numbers = count(1)


def make_person(*roles: Role, name: str = "", password: str = PASSWORD) -> User:
    """A person with these roles; the name makes their address."""
    name = name or f"person{next(_numbers)}"
    person = User.objects.create_user(
        f"{name.replace(' ', '.').lower()}@example.org", password, name=name
    )
    RoleGrant.objects.bulk_create(RoleGrant(person=person, role=role) for role in roles)
    return person


def actor_of_person(person: User) -> Actor:
    return Actor.of_person(person, session="a" * 64)


# Systems ---------------------------------------------------------------------------


def make_system(slug: str = "", **fields: Any) -> System:
    """A live system in production that proposes."""
    slug = slug or f"agent-{next(_numbers)}"
    about = {"name": slug, "lifecycle": Lifecycle.LIVE, **fields}
    return System.objects.create(slug=slug, **about)


def make_key(
    system: System | None = None,
    scopes: Sequence[str] = tuple(Scope.values),
    **fields: Any,
) -> tuple[Key, str]:
    """A key with all scopes, and its secret. `fields` are set on the row afterwards."""
    key, secret = issue_key(
        system or make_system(), scopes=scopes, actor=Actor.of_process("builder")
    )
    for name, value in fields.items():
        setattr(key, name, value)
    key.save()
    return key, secret


def agent_client(secret: str) -> APIClient:
    """An API client that calls with an agent's key."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def make_tool(
    system: System | None = None, name: str = "cancel_order", **fields: Any
) -> Tool:
    """A confirmed tool: an irreversible write."""
    about = {
        "effect": Effect.WRITE,
        "reversibility": Reversibility.IRREVERSIBLE,
        **fields,
    }
    about["schema_fingerprint"] = schema_fingerprint(about.get("schema"))
    return Tool.objects.create(system=system or make_system(), name=name, **about)


def make_credential(
    system: System | None = None,
    name: str = "orders-api",
    environment: str = Environment.PRODUCTION,
    **fields: Any,
) -> Credential:
    return Credential.objects.create(
        system=system or make_system(), name=name, environment=environment, **fields
    )
