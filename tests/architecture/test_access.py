"""Every address and every role, really requested, against the table written by hand."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reviewapp.core.access import declared_rule
from reviewapp.core.actors import Actor
from reviewapp.core.models import RoleGrant, User
from reviewapp.core.permissions import Role
from systems.models import Scope, System
from systems.services.keys import issue_key
from tests.architecture.access_table import (
    AGENT,
    DOORS,
    EVERYBODY,
    NOBODY,
    ROLES,
    SIGNED_IN,
    STRANGER,
    Door,
)
from tests.architecture.addresses import address_of, patterns
from tests.builders import PASSWORD
from tests.conftest import make_fresh

EVERY_DOOR = {
    f"{door.method} {name}": (name, door)
    for name, doors in DOORS.items()
    for door in (doors if isinstance(doors, list) else [doors])
}


def test_every_address_stands_in_the_table():
    named = {pattern.name for pattern, _ in patterns() if pattern.name}
    assert named == set(DOORS)


def test_an_address_without_a_name_is_shut():
    for pattern, _ in patterns():
        if not pattern.name:
            assert declared_rule(pattern.callback) is None, pattern


def test_the_table_knows_every_role():
    assert {str(role) for role in Role} == ROLES


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_each_passes_the_doors_of_the_table_and_no_other(who, visitor):
    client = visitor(who)
    passed = {label for label, at in EVERY_DOOR.items() if passes(ask(client, *at))}
    assert passed == {label for label, at in EVERY_DOOR.items() if who in at[1].passes}


@pytest.mark.parametrize("who", sorted(SIGNED_IN))
def test_an_old_session_is_asked_again_exactly_where_it_matters(who, visitor):
    client = visitor(who)
    make_stale(client)
    mine = {label: at for label, at in EVERY_DOOR.items() if who in at[1].passes}
    asked_again = {label for label, at in mine.items() if not passes(ask(client, *at))}
    assert asked_again == {label for label, at in mine.items() if at[1].fresh}


@pytest.fixture
def visitor(db):
    """A browser with a role, freshly signed in; or a stranger's; or an agent."""

    def arrive(who: str) -> Client:
        if who == STRANGER:
            return Client()
        if who == AGENT:
            return Client(headers={"Authorization": f"Bearer {agent_key()}"})
        return browser_of(who)

    return arrive


def browser_of(who: str) -> Client:
    person = User.objects.create_user(f"{who}@example.org", PASSWORD)
    if who != NOBODY:
        RoleGrant.objects.create(person=person, role=who)
    client = Client()
    client.force_login(person)
    make_fresh(client, person)
    return client


def agent_key() -> str:
    system = System.objects.create(slug="asker", name="Asker")
    scopes = [scope.value for scope in Scope]
    return issue_key(system, scopes=scopes, actor=Actor.of_process("test"))[1]


def make_stale(client: Client) -> None:
    session = client.session
    session["account_authentication_methods"] = []
    session.save()


def ask(client: Client, name: str, door: Door) -> HttpResponse:
    address = address_of(name)
    if door.method == "GET":
        return client.get(address)
    if address.startswith("/api/"):
        return client.post(address, b"{}", content_type="application/json")
    return client.post(address)


def passes(answer: HttpResponse) -> bool:
    """False if the door refused: said so, or led to signing in (again).

    A page of ours never answers 401; allauth's page of a failed sign-on does.
    """
    is_api = answer.request["PATH_INFO"].startswith(("/api/", "/v1/"))
    if answer.status_code == 403 or (answer.status_code == 401 and is_api):
        return False
    leads_to = answer.headers.get("Location", "")
    entrances = (reverse("account_login"), reverse("account_reauthenticate"))
    return not leads_to.startswith(tuple(f"{door}?next=" for door in entrances))
