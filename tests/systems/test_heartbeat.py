"""The roster of running instances."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.models import Event
from systems.models import Instance
from systems.services import instances
from tests.builders import agent_client, make_key, make_system

ADDRESS = "/api/v1/instances/heartbeat"
BEAT = {"instance": "pod-1", "version": "2.4.0", "environment": "staging"}


@pytest.fixture
def agent(db):
    _, secret = make_key(make_system("support-agent"), ["requests"])
    return agent_client(secret)


def beat(client, **fields):
    return client.post(ADDRESS, {**BEAT, **fields}, format="json")


def test_it_works(agent):
    assert beat(agent).status_code == 204
    row = Instance.objects.get()
    assert (row.system.slug, row.instance, row.version) == (
        "support-agent",
        "pod-1",
        "2.4.0",
    )


def test_only_the_first_sight_is_an_event(agent, time_machine):
    beat(agent)
    first = Instance.objects.get()
    later = first.last_seen_at + timedelta(seconds=15)
    time_machine.move_to(later, tick=False)
    beat(agent, version="2.5.0")
    row = Instance.objects.get()
    assert row.first_seen_at == first.first_seen_at
    assert row.last_seen_at == later
    assert row.version == "2.5.0"
    event = Event.objects.get(verb="instance.appeared")
    assert event.facts["instance"] == "pod-1"
    assert event.key_id is not None


def test_a_usual_beat_is_two_queries(agent, django_assert_num_queries):
    beat(agent)
    with django_assert_num_queries(2):
        beat(agent)


def test_the_same_name_in_another_system_is_another_instance(agent):
    _, secret = make_key(make_system("other"))
    beat(agent)
    beat(agent_client(secret))
    assert Instance.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({**BEAT, "instance": ""}, "instance"),
        ({**BEAT, "instance": 7}, "instance"),
        ({**BEAT, "instance": "x" * 121}, "instance"),
        ({**BEAT, "instance": "a\u202eb"}, "instance"),
        ({**BEAT, "instance": "a\x00b"}, "instance"),
        ({**BEAT, "instance": ["a"]}, "instance"),
        ({**BEAT, "version": "\u200b"}, "version"),
        ({**BEAT, "environment": "prod"}, "environment"),
        ({**BEAT, "host": "x"}, "host"),
        ({"instance": "a"}, "environment"),
    ],
)
def test_what_cannot_be_taken_is_named(agent, body, wrong):
    answer = agent.post(ADDRESS, body, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {wrong}
    assert not Instance.objects.exists()


def test_a_key_without_the_scope_is_refused(db):
    _, secret = make_key(scopes=["traces"])
    answer = beat(agent_client(secret))
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_scope")


@pytest.mark.parametrize(
    ("secret", "code"), [("rva_unknown", "key_unknown"), ("", "not_authenticated")]
)
def test_a_stranger_is_refused(db, secret, code):
    answer = beat(agent_client(secret))
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_person_is_no_agent(api_for, admin, client_for):
    answer = beat(api_for(admin))
    assert answer.status_code in (401, 403)
    answer = client_for(admin).post(ADDRESS, BEAT, "application/json")
    assert answer.status_code in (401, 403)
    assert not Instance.objects.exists()


def test_made_up_names_cannot_fill_the_roster(agent, monkeypatch):
    monkeypatch.setattr(instances, "INSTANCES_LIMIT", 1)
    assert beat(agent).status_code == 204
    answer = beat(agent, instance="pod-2")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_instances")
    assert beat(agent).status_code == 204


def test_instances_unseen_for_two_weeks_are_forgotten(agent):
    beat(agent)
    beat(agent, instance="pod-2")
    long_ago = timezone.now() - timedelta(days=14, minutes=1)
    Instance.objects.filter(instance="pod-1").update(last_seen_at=long_ago)
    assert instances.forget_instances(timezone.now()) == 1
    assert Instance.objects.get().instance == "pod-2"


@pytest.mark.django_db(transaction=True)
def test_two_first_beats_at_once_are_one_instance():
    system = make_system()
    ready = Barrier(2)

    def first_beat() -> None:
        ready.wait(timeout=10)
        try:
            instances.record_heartbeat(system, actor=Actor.of_process("test"), **BEAT)
        finally:
            connections.close_all()

    threads = [Thread(target=first_beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Instance.objects.count() == 1
    assert Event.objects.filter(verb="instance.appeared").count() == 1
