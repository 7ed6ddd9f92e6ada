"""A retired system is out of service for good, and stays on record."""

from __future__ import annotations

import pytest

from reviewapp.core.models import Event
from reviewapp.core.problems import AlreadyHandled, Forbidden
from systems.authentication import authenticate_key
from systems.models import System
from systems.services.systems import retire_system
from tests.builders import actor_of_person, make_key, make_system, make_tool


def test_it_works(admin):
    system = make_system()
    tool = make_tool(system)
    _, secret = make_key(system)
    retire_system(system, actor=actor_of_person(admin))
    assert system.is_retired
    with pytest.raises(Forbidden):
        authenticate_key(f"Bearer {secret}")
    tool.refresh_from_db()
    event = Event.objects.get(verb="system.retired")
    assert (event.system_id, event.person_id) == (system.pk, admin.pk)


def test_it_is_retired_once(admin):
    system = make_system()
    retire_system(system, actor=actor_of_person(admin))
    with pytest.raises(AlreadyHandled):
        retire_system(system, actor=actor_of_person(admin))
    assert Event.objects.filter(verb="system.retired").count() == 1


def test_the_page_says_what_will_happen_before_it_does(client_for, admin):
    make_system("agent")
    client = client_for(admin)
    page = client.get("/systems/agent/retire")
    assert "There is no way back" in page.text
    assert not System.objects.get(slug="agent").is_retired
    assert client.post("/systems/agent/retire").status_code == 302
    assert System.objects.get(slug="agent").is_retired


def test_a_second_press_says_so(client_for, admin):
    make_system("agent", lifecycle="retired")
    answer = client_for(admin).post("/systems/agent/retire")
    assert answer.status_code == 409
    assert "retired already" in answer.text


def test_a_retired_system_offers_no_acts(client_for, admin):
    make_system("agent", lifecycle="retired")
    page = client_for(admin).get("/systems/agent/").text
    assert "its past stays here" in page
    for act in ("change", "retire", "tools/new", "credentials/new", "keys/new"):
        assert f"/systems/agent/{act}" not in page
