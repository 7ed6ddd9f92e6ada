"""Entering a system in the inventory."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reviewapp.core.models import Event
from reviewapp.core.problems import Invalid
from systems.models import Autonomy, Lifecycle, System
from systems.services.systems import register_system
from tests.builders import actor_of_person, make_system

ADDRESS = "/systems/new"


def test_it_works(admin, reviewer):
    system = register_system(
        "support-agent",
        name="Support agent",
        process_owner=reviewer,
        environment="staging",
        actor=actor_of_person(admin),
    )
    assert System.objects.get(slug="support-agent") == system
    assert (system.lifecycle, system.autonomy) == (Lifecycle.PROPOSED, Autonomy.A1)


def test_the_log_holds_codes_and_no_words(admin):
    system = register_system(
        "a", name="Secret name", purpose="words", actor=actor_of_person(admin)
    )
    event = Event.objects.get(verb="system.registered")
    assert (event.system_id, event.person_id) == (system.pk, admin.pk)
    assert event.facts["autonomy"] == "A1"
    assert "words" not in str(event.facts)
    assert "Secret name" not in str(event.facts)


def test_a_slug_is_used_once(admin):
    make_system("support-agent")
    assert set(refused_fields(admin, "support-agent", name="Other")) == {"slug"}


HOSTILE = [
    pytest.param({"slug": "no spaces"}, "slug", id="slug with a space"),
    pytest.param({"slug": "x" * 61}, "slug", id="slug too long"),
    pytest.param({"name": ""}, "name", id="no name"),
    pytest.param({"name": "a\x00b"}, "name", id="NUL"),
    pytest.param({"name": "tnega\u202e"}, "name", id="right-to-left mark"),
    pytest.param({"name": "zero\u200bwidth"}, "name", id="zero width"),
    pytest.param({"vendor": "x" * 121}, "vendor", id="vendor too long"),
    pytest.param({"purpose": "x" * 2001}, "purpose", id="purpose too long"),
    pytest.param({"environment": "prod"}, "environment", id="environment unknown"),
    pytest.param({"autonomy": "A9"}, "autonomy", id="autonomy unknown"),
    pytest.param({"lifecycle": "retired"}, "lifecycle", id="born retired"),
    pytest.param({"body_limit_bytes": -1}, "body_limit_bytes", id="negative limit"),
]


@pytest.mark.parametrize(("fields", "wrong"), HOSTILE)
def test_what_cannot_be_taken_is_named(admin, fields, wrong):
    given = {"slug": "agent", "name": "Agent", **fields}
    assert set(refused_fields(admin, **given)) == {wrong}
    assert not System.objects.exists()


@pytest.mark.parametrize(
    "host",
    ["https://a.example", "a.example:80", "*.example", "A.example", "a b", "", "-a.b"],
)
def test_a_callback_host_is_a_host_and_nothing_more(admin, host):
    errors = refused_fields(
        admin, "agent", name="Agent", allow_callback_hosts=["ok.example", host]
    )
    assert set(errors) == {"allow_callback_hosts"}


@pytest.mark.parametrize("host", ["localhost", "hooks.example.com", "10.1.2.3", "::1"])
def test_names_and_addresses_are_hosts(admin, host):
    system = register_system(
        "agent",
        name="Agent",
        allow_callback_hosts=[host],
        actor=actor_of_person(admin),
    )
    assert system.allow_callback_hosts == [host]


def test_the_form_registers(client_for, admin):
    answer = client_for(admin).post(
        ADDRESS,
        {
            "name": "Support <b>agent</b>",
            "slug": "support-agent",
            "environment": "production",
            "lifecycle": "live",
            "autonomy": "A2",
            "allow_callback_hosts": "hooks.example.com\r\n 10.1.2.3 ",
        },
        follow=True,
    )
    assert answer.redirect_chain == [
        (reverse("show_system", args=["support-agent"]), 302)
    ]
    system = System.objects.get(slug="support-agent")
    assert system.allow_callback_hosts == ["hooks.example.com", "10.1.2.3"]
    assert "Support &lt;b&gt;agent&lt;/b&gt;" in answer.text
    assert "<b>agent</b>" not in answer.text


def test_the_form_keeps_what_was_typed(client_for, admin):
    make_system("taken")
    answer = client_for(admin).post(
        ADDRESS,
        {
            "name": "Mine",
            "slug": "taken",
            "environment": "production",
            "lifecycle": "live",
            "autonomy": "A2",
        },
    )
    assert answer.status_code == 422
    assert 'value="Mine"' in answer.text
    assert "already exists" in answer.text


def test_an_empty_form_is_refused(client_for, admin):
    answer = client_for(admin).post(ADDRESS, {})
    assert answer.status_code == 422
    assert not System.objects.exists()


def test_a_reviewer_may_not(client_for, reviewer):
    assert client_for(reviewer).post(ADDRESS, {"name": "x"}).status_code == 403


def refused_fields(person, slug, **fields):
    with pytest.raises(Invalid) as refused:
        register_system(slug, actor=actor_of_person(person), **fields)
    return refused.value.errors
