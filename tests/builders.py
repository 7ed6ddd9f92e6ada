"""Small builders: one call makes a thing that is whole, and lets you say otherwise."""

from __future__ import annotations

from itertools import count

from reviewapp.core.actors import Actor
from reviewapp.core.models import RoleGrant, User
from reviewapp.core.permissions import Role

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
