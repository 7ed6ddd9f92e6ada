"""Changing what the inventory says of a system."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connections

from reviewapp.core.models import Event
from reviewapp.core.problems import Conflict, Invalid
from systems.models import Lifecycle, System
from systems.services.systems import change_system
from tests.builders import actor_of_person, make_system


def test_it_works(admin, lead):
    system = make_system(name="Old", autonomy="A1")
    changed = change_system(
        system,
        name="New",
        autonomy="A2",
        process_owner=lead,
        actor=actor_of_person(admin),
    )
    system.refresh_from_db()
    assert changed == system
    assert (system.name, system.autonomy) == ("New", "A2")
    assert system.process_owner == lead


def test_the_log_names_the_fields_and_shows_codes_alone(admin):
    system = make_system(name="Old", autonomy="A1", environment="staging")
    change_system(
        system,
        name="New words",
        autonomy="A3",
        environment="staging",
        actor=actor_of_person(admin),
    )
    facts = Event.objects.get(verb="system.changed").facts
    assert facts == {
        "system": str(system.pk),
        "fields": ["name", "autonomy"],
        "before": {"autonomy": "A1"},
        "after": {"autonomy": "A3"},
    }


def test_no_difference_is_no_event(admin):
    system = make_system(name="Same")
    change_system(system, name="Same", actor=actor_of_person(admin))
    assert not Event.objects.filter(verb="system.changed").exists()


def test_what_cannot_be_taken_changes_nothing(admin):
    system = make_system(name="Old")
    with pytest.raises(Invalid) as refused:
        change_system(
            system, name="New", environment="moon", actor=actor_of_person(admin)
        )
    assert set(refused.value.errors) == {"environment"}
    system.refresh_from_db()
    assert system.name == "Old"
    assert not Event.objects.filter(verb="system.changed").exists()


def test_a_retired_system_stays_as_it_was(admin):
    system = make_system(lifecycle=Lifecycle.RETIRED)
    with pytest.raises(Conflict) as refused:
        change_system(system, lifecycle="live", actor=actor_of_person(admin))
    assert refused.value.code == "system_retired"


def test_a_row_that_was_retired_meanwhile_is_not_revived(admin):
    stale = make_system()
    System.objects.filter(pk=stale.pk).update(lifecycle=Lifecycle.RETIRED)
    with pytest.raises(Conflict):
        change_system(stale, lifecycle="paused", actor=actor_of_person(admin))


def test_retiring_is_an_act_of_its_own(admin):
    with pytest.raises(Invalid) as refused:
        change_system(make_system(), lifecycle="retired", actor=actor_of_person(admin))
    assert set(refused.value.errors) == {"lifecycle"}


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_are_both_kept_and_logged_as_they_were(admin):
    system = make_system(autonomy="A0", environment="test")
    actor = actor_of_person(admin)
    ready = Barrier(2)

    def change(**fields: str) -> None:
        mine = System.objects.get(pk=system.pk)
        ready.wait(timeout=10)
        try:
            change_system(mine, actor=actor, **fields)
        finally:
            connections.close_all()

    threads = [
        Thread(target=change, kwargs={"autonomy": level}) for level in ("A1", "A2")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    steps = [
        (event.facts["before"]["autonomy"], event.facts["after"]["autonomy"])
        for event in Event.objects.filter(verb="system.changed").order_by("id")
    ]
    # The second one's "before" is the first one's "after": no step is missing.
    assert steps in ([("A0", "A1"), ("A1", "A2")], [("A0", "A2"), ("A2", "A1")])


def test_the_form_changes(client_for, admin):
    make_system("agent", name="Old", environment="test")
    client = client_for(admin)
    form = {
        "name": "New",
        "environment": "staging",
        "lifecycle": "paused",
        "autonomy": "A1",
        "body_limit_bytes": "2048",
    }
    assert client.post("/systems/agent/change", form).status_code == 302
    system = System.objects.get(slug="agent")
    assert (system.name, system.lifecycle, system.body_limit_bytes) == (
        "New",
        "paused",
        2048,
    )


def test_the_form_cannot_retire(client_for, admin):
    make_system("agent")
    form = {
        "name": "agent",
        "environment": "production",
        "lifecycle": "retired",
        "autonomy": "A1",
    }
    assert client_for(admin).post("/systems/agent/change", form).status_code == 422
    assert System.objects.get(slug="agent").lifecycle == "live"


def test_a_refused_form_still_shows_the_name_on_record(client_for, admin):
    make_system("agent", name="On record")
    answer = client_for(admin).post(
        "/systems/agent/change", {"name": "Typed", "environment": "moon"}
    )
    assert answer.status_code == 422
    assert "Change On record" in answer.text
    assert 'value="Typed"' in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_engineer_may_not(client_for, engineer, method):
    make_system("agent")
    send = getattr(client_for(engineer), method)
    assert send("/systems/agent/change").status_code == 403
