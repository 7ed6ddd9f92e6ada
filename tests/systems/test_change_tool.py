"""Saying what a tool does; an inferred one is confirmed by it."""

from __future__ import annotations

import pytest

from reviewapp.core.actors import Actor
from reviewapp.core.models import Event
from reviewapp.core.problems import Conflict, Invalid
from systems.models import Tool
from systems.services.tools import change_tool, learn_tool
from tests.builders import actor_of_person, make_system, make_tool


@pytest.fixture
def inferred(db) -> Tool:
    return learn_tool(make_system("agent"), "wipe", actor=Actor.of_process("test"))


def test_it_confirms_an_inferred_tool(engineer, inferred):
    change_tool(
        inferred,
        effect="destructive",
        reversibility="irreversible",
        actor=actor_of_person(engineer),
    )
    inferred.refresh_from_db()
    assert (inferred.inferred, inferred.effect) == (False, "destructive")
    facts = Event.objects.get(verb="tool.changed").facts
    assert facts["before"] == {"effect": None, "reversibility": None, "inferred": True}
    assert facts["after"]["effect"] == "destructive"


def test_half_an_answer_confirms_nothing(engineer, inferred):
    with pytest.raises(Invalid):
        change_tool(inferred, effect="read", actor=actor_of_person(engineer))
    inferred.refresh_from_db()
    assert inferred.inferred


def test_texts_and_schemas_are_named_in_the_log_and_not_shown(engineer):
    tool = make_tool(description="old")
    change_tool(
        tool,
        description="new words",
        schema={"title": "new words"},
        actor=actor_of_person(engineer),
    )
    facts = Event.objects.get(verb="tool.changed").facts
    assert facts["fields"] == ["description", "schema", "schema_fingerprint"]
    assert "new words" not in str(facts)


def test_a_schema_can_be_taken_away(engineer):
    tool = make_tool(schema={"type": "object"})
    changed = change_tool(tool, schema=None, actor=actor_of_person(engineer))
    assert (changed.schema, changed.schema_fingerprint) == (None, "")


def test_without_a_difference_nothing_happens(engineer):
    tool = make_tool()
    change_tool(tool, effect=tool.effect, actor=actor_of_person(engineer))
    assert not Event.objects.filter(verb="tool.changed").exists()


def test_a_tool_of_a_retired_system_stays_as_it_was(engineer):
    tool = make_tool(make_system(lifecycle="retired"))
    with pytest.raises(Conflict):
        change_tool(tool, effect="read", actor=actor_of_person(engineer))


def test_the_form_shows_that_nobody_has_said_what_it_does(
    client_for, engineer, inferred
):
    page = client_for(engineer).get(f"/systems/agent/tools/{inferred.pk}")
    assert "treated as an irreversible write" in page.text
    assert "Confirm what it does" in page.text


def test_the_form_confirms(client_for, engineer, inferred):
    form = {
        "effect": "broadcast",
        "reversibility": "irreversible",
        "category": "data",
        "freshness_limit_s": "60",
    }
    address = f"/systems/agent/tools/{inferred.pk}"
    assert client_for(engineer).post(address, form).status_code == 302
    inferred.refresh_from_db()
    assert (inferred.effect, inferred.freshness_limit_s) == ("broadcast", 60)


def test_the_form_keeps_a_schema_as_it_was(client_for, engineer):
    tool = make_tool(make_system("agent"), schema={"title": "Größe", "type": "object"})
    client = client_for(engineer)
    page = client.get(f"/systems/agent/tools/{tool.pk}")
    assert "Größe" in page.text
    form = {
        "effect": "write",
        "reversibility": "irreversible",
        "category": "data",
        "schema": page.context["form"]["schema"].value(),
    }
    client.post(f"/systems/agent/tools/{tool.pk}", form)
    assert not Event.objects.filter(verb="tool.changed").exists()


def test_a_tool_is_found_only_in_its_own_system(client_for, engineer, inferred):
    make_system("other")
    answer = client_for(engineer).get(f"/systems/other/tools/{inferred.pk}")
    assert answer.status_code == 404


def test_a_reviewer_may_look_and_not_change(client_for, reviewer, inferred):
    client = client_for(reviewer)
    assert client.get(f"/systems/agent/tools/{inferred.pk}").status_code == 403
    page = client.get("/systems/agent/").text
    assert "wipe" in page
    assert f"/systems/agent/tools/{inferred.pk}" not in page
