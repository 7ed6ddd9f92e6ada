"""The inventory as a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviewapp.core.actors import Actor
from systems.services.instances import record_heartbeat
from systems.services.tools import learn_tool
from tests.builders import make_key, make_system, make_tool

ADDRESS = "/systems/"


def fill(slug: str, **fields):
    system = make_system(slug, **fields)
    make_tool(system)
    learn_tool(system, "unseen", actor=Actor.of_process("test"))
    make_key(system, last_used_at=timezone.now() - timedelta(minutes=3))
    make_key(system, revoked_at=timezone.now())
    record_heartbeat(
        system,
        instance="pod-1",
        version="1",
        environment="production",
        actor=Actor.of_process("test"),
    )
    return system


def test_it_says_what_is_there_and_what_is_missing(client_for, reviewer, lead):
    fill("support-agent", name="Support agent", process_owner=lead, autonomy="A2")
    make_system("ops-agent", name="Operations agent")
    page = client_for(reviewer).get(ADDRESS)
    with_all, bare = page.context["rows"][1], page.context["rows"][0]
    assert (with_all.tools, with_all.unconfirmed_tools) == (2, 1)
    assert (with_all.keys, with_all.instances) == (1, 1)
    assert with_all.keys_used_at is not None
    assert (bare.tools, bare.keys, bare.keys_used_at, bare.instances) == (0, 0, None, 0)
    for words in ("A2 · within limits", "Lea Lead", "1 to confirm", "3 min ago"):
        assert words in page.text
    assert "A system without an owner" in page.text


def test_it_costs_the_same_for_two_and_for_twenty(
    client_for, reviewer, lead, django_assert_max_num_queries
):
    client = client_for(reviewer)
    costs = []
    for number in range(20):
        fill(f"agent-{number}", process_owner=lead)
        if number in (1, 19):
            with django_assert_max_num_queries(30) as counted:
                client.get(ADDRESS)
            costs.append(len(counted))
    assert costs[0] == costs[1]


def test_an_instance_that_fell_silent_does_not_count(client_for, reviewer):
    system = fill("agent")
    system.instances.update(last_seen_at=timezone.now() - timedelta(seconds=46))
    row = client_for(reviewer).get(ADDRESS).context["rows"][0]
    assert row.instances == 0


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", ["ops", "support"]),
        ("?q=SUPP", ["support"]),
        ("?q=openai", ["ops"]),
        ("?environment=staging", ["ops"]),
        ("?state=retired", ["old"]),
        ("?state=all", ["old", "ops", "support"]),
        ("?q=%25", []),
        ("?environment=moon", ["ops", "support"]),
    ],
)
def test_the_filter_lives_in_the_address(client_for, reviewer, query, slugs):
    make_system("support", name="Support agent")
    make_system("ops", vendor="OpenAI", environment="staging")
    make_system("old", lifecycle="retired")
    rows = client_for(reviewer).get(ADDRESS + query).context["rows"]
    assert [row.system.slug for row in rows] == slugs


def test_pages_follow_each_other(client_for, reviewer):
    for number in range(60):
        make_system(f"agent-{number:02}")
    client = client_for(reviewer)
    first = client.get(ADDRESS + "?q=agent")
    second = client.get(first.context["older_url"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 10)
    assert "q=agent" in first.context["older_url"]
    assert second.context["newer_url"]
    assert second.context["older_url"] == ""


def test_htmx_gets_the_rows_alone(client_for, reviewer):
    make_system("agent")
    page = client_for(reviewer).get(ADDRESS, headers={"HX-Request": "true"})
    assert 'id="systems"' in page.text
    assert "<html" not in page.text


def test_an_empty_inventory_says_why(client_for, reviewer):
    assert "No system yet" in client_for(reviewer).get(ADDRESS).text


def test_a_filter_that_fits_nothing_offers_a_way_out(client_for, reviewer):
    make_system("agent")
    page = client_for(reviewer).get(ADDRESS + "?q=zzz").text
    assert "No system fits this filter" in page
    assert "Clear the filter" in page


def test_only_administrators_are_offered_to_register(client_for, reviewer, admin):
    assert "/systems/new" not in client_for(reviewer).get(ADDRESS).text
    assert "/systems/new" in client_for(admin).get(ADDRESS).text


def test_support_may_not_see_it(client_for, support):
    assert client_for(support).get(ADDRESS).status_code == 403


@pytest.mark.django_db
def test_whoever_is_not_signed_in_is_sent_to_the_door(client):
    answer = client.get(ADDRESS)
    assert answer.status_code == 302
    assert "login" in answer["Location"]
