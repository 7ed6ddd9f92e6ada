"""Credentials are registered by name, with the environment that they open."""

from __future__ import annotations

import pytest

from reviewapp.core.models import Event
from reviewapp.core.problems import AlreadyHandled, Conflict, Invalid
from systems.models import Credential
from systems.selectors import credential_of
from systems.services.credentials import register_credential, retire_credential
from tests.builders import actor_of_person, make_credential, make_system


def test_it_works(admin):
    system = make_system()
    credential = register_credential(
        system, "orders-api", environment="production", actor=actor_of_person(admin)
    )
    assert credential_of(system, "orders-api") == credential
    assert credential.registered_by == admin
    facts = Event.objects.get(verb="credential.registered").facts
    assert (facts["credential"], facts["environment"]) == ("orders-api", "production")


def test_a_retired_one_is_unknown_and_its_name_stays_taken(admin):
    credential = make_credential(name="orders-api")
    retire_credential(credential, actor=actor_of_person(admin))
    assert credential_of(credential.system, "orders-api") is None
    with pytest.raises(Invalid):
        register_credential(
            credential.system,
            "orders-api",
            environment="test",
            actor=actor_of_person(admin),
        )


def test_it_is_retired_once(admin):
    credential = make_credential()
    retire_credential(credential, actor=actor_of_person(admin))
    with pytest.raises(AlreadyHandled):
        retire_credential(credential, actor=actor_of_person(admin))
    assert Event.objects.filter(verb="credential.retired").count() == 1


@pytest.mark.django_db
def test_another_systems_credential_is_unknown():
    make_credential(name="orders-api")
    assert credential_of(make_system(), "orders-api") is None


@pytest.mark.parametrize(
    ("name", "environment", "wrong"),
    [
        ("", "production", "name"),
        ("a\u202eb", "production", "name"),
        ("a\x00b", "production", "name"),
        ("x" * 121, "production", "name"),
        ("orders", "prod", "environment"),
        ("orders", "", "environment"),
    ],
)
def test_what_cannot_be_taken_is_named(admin, name, environment, wrong):
    with pytest.raises(Invalid) as refused:
        register_credential(
            make_system(), name, environment=environment, actor=actor_of_person(admin)
        )
    assert set(refused.value.errors) == {wrong}
    assert not Credential.objects.exists()


def test_a_retired_system_gets_none(admin):
    with pytest.raises(Conflict):
        register_credential(
            make_system(lifecycle="retired"),
            "orders",
            environment="test",
            actor=actor_of_person(admin),
        )


def test_the_form_registers_and_the_page_retires(client_for, admin):
    make_system("agent")
    client = client_for(admin)
    form = {"name": "orders-api", "environment": "staging", "description": "OAuth"}
    assert client.post("/systems/agent/credentials/new", form).status_code == 302
    credential = Credential.objects.get(name="orders-api")
    address = f"/systems/agent/credentials/{credential.pk}/retire"
    assert address in client.get("/systems/agent/").text
    assert "higher risk class" in client.get(address).text
    assert client.post(address).status_code == 302
    credential.refresh_from_db()
    assert credential.retired_at is not None
    assert address not in client.get("/systems/agent/").text


def test_a_credential_is_found_only_in_its_own_system(client_for, admin):
    make_system("other")
    credential = make_credential(make_system("agent"))
    address = f"/systems/other/credentials/{credential.pk}/retire"
    assert client_for(admin).post(address).status_code == 404
