"""One system with all that belongs to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviewapp.core.actors import Actor
from systems.models import Instance
from systems.services.instances import record_heartbeat
from systems.services.keys import rotate_key
from systems.services.systems import change_system
from systems.services.tools import learn_tool
from tests.builders import (
    actor_of_person,
    make_credential,
    make_key,
    make_system,
    make_tool,
)

ADDRESS = "/systems/agent/"
HOSTILE = "<script>alert(1)</script>"
AGENT = Actor.of_process("test")


@pytest.fixture
def system(db):
    return make_system("agent", name="Support agent", purpose="Answers customers.")


def see(system, instance, environment="production", seconds=0):
    record_heartbeat(
        system,
        instance=instance,
        version="1.0",
        environment=environment,
        actor=AGENT,
    )
    at = timezone.now() - timedelta(seconds=seconds)
    Instance.objects.filter(instance=instance).update(last_seen_at=at)


def test_it_shows_all_that_belongs_to_it(client_for, reviewer, system):
    make_tool(system, "cancel_order", effect="destructive", freshness_limit_s=900)
    make_credential(system, "orders-api", "staging")
    key, _ = make_key(system, ["requests"], label="eu-1")
    see(system, "pod-1")
    page = client_for(reviewer).get(ADDRESS).text
    for words in ("Answers customers.", "cancel_order", "Destroys", "15 min"):
        assert words in page
    for words in ("orders-api", "Staging", key.prefix, "eu-1", "pod-1", "Running"):
        assert words in page


def test_an_inferred_tool_is_marked(client_for, reviewer, system):
    learn_tool(system, "wipe", actor=AGENT)
    page = client_for(reviewer).get(ADDRESS).text
    assert "Unknown: treated as an irreversible write" in page
    assert "1 to confirm" in page


def test_a_strayed_or_silent_instance_is_marked(client_for, reviewer, system):
    see(system, "pod-1", environment="staging")
    see(system, "pod-2", seconds=60)
    card = client_for(reviewer).get(ADDRESS).context["card"]
    assert [(row.present, row.strayed) for row in card.roster] == [
        (True, True),
        (False, False),
    ]
    assert card.instances_now == 1


def test_the_log_tells_its_recent_changes(client_for, admin, reviewer, system):
    actor = actor_of_person(admin)
    change_system(system, autonomy="A2", purpose="Other.", actor=actor)
    key, _ = make_key(system, ["traces"])
    rotate_key(key, actor=actor)
    make_key(make_system("other"))
    changes = client_for(reviewer).get(ADDRESS).context["card"].changes
    assert [change.words for change in changes] == [
        f"Rotated key {key.prefix}… (traces)",
        f"Issued key {key.prefix}… (traces)",
        "Changed autonomy A1 → A2, purpose",
    ]
    assert changes[0].who == admin.email


def test_words_of_agents_are_shown_and_never_run(client_for, reviewer, system):
    learn_tool(system, HOSTILE, actor=AGENT)
    see(system, HOSTILE)
    make_tool(system, "x", description=f"{HOSTILE}\u202eevil")
    page = client_for(reviewer).get(ADDRESS).text
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "U+202E" in page


def test_acts_are_offered_to_those_who_may(client_for, reviewer, admin, system):
    key, _ = make_key(system)
    seen = client_for(reviewer).get(ADDRESS).text
    managed = client_for(admin).get(ADDRESS).text
    acts = ["change", "retire", "tools/new", "credentials/new", "keys/new"]
    for act in [*acts, f"keys/{key.pk}/rotate", f"keys/{key.pk}/revoke"]:
        assert ADDRESS + act in managed
        assert ADDRESS + act not in seen


def test_a_key_once_rotated_is_not_offered_to_be_rotated(client_for, admin, system):
    key, _ = make_key(system)
    rotate_key(key, actor=actor_of_person(admin))
    page = client_for(admin).get(ADDRESS).text
    assert f"/keys/{key.pk}/rotate" not in page
    assert f"/keys/{key.pk}/revoke" in page


def test_it_costs_the_same_for_few_and_for_many(
    client_for, admin, system, django_assert_max_num_queries
):
    client = client_for(admin)
    costs = []
    for number in range(12):
        make_tool(system, f"tool-{number}", owner=admin)
        make_credential(system, f"credential-{number}", registered_by=admin)
        make_key(system)
        see(system, f"pod-{number}")
        if number in (1, 11):
            with django_assert_max_num_queries(30) as counted:
                client.get(ADDRESS)
            costs.append(len(counted))
    assert costs[0] == costs[1]


def test_nothing_yet_is_explained(client_for, reviewer, system):
    page = client_for(reviewer).get(ADDRESS).text
    for words in ("No tool on record", "No key", "No instance seen"):
        assert words in page


def test_an_unknown_system_is_not_found(client_for, reviewer):
    assert client_for(reviewer).get("/systems/none/").status_code == 404


def test_support_may_not_see_it(client_for, support, system):
    assert client_for(support).get(ADDRESS).status_code == 403
