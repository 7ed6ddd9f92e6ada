"""Registering a tool with what it does."""

from __future__ import annotations

import pytest

from reviewapp.core.models import Event
from reviewapp.core.problems import Conflict, Invalid
from systems.models import Tool
from systems.schemas import schema_fingerprint
from systems.services.tools import register_tool
from tests.builders import actor_of_person, make_system, make_tool

SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}


def test_it_works(admin):
    tool = register_tool(
        make_system(),
        "refund",
        effect="write",
        reversibility="compensable",
        category="money",
        freshness_limit_s=900,
        schema=SCHEMA,
        actor=actor_of_person(admin),
    )
    tool.refresh_from_db()
    assert not tool.inferred
    assert (tool.schema, tool.schema_fingerprint) == (
        SCHEMA,
        schema_fingerprint(SCHEMA),
    )
    facts = Event.objects.get(verb="tool.registered").facts
    assert facts["tool"] == "refund"
    assert (facts["effect"], facts["category"]) == ("write", "money")


def test_a_confirmed_tool_says_what_it_does(admin):
    with pytest.raises(Invalid):
        register_tool(make_system(), "refund", actor=actor_of_person(admin))
    assert not Tool.objects.exists()


def test_a_name_is_used_once_in_a_system(admin):
    tool = make_tool(name="refund")
    with pytest.raises(Invalid):
        register(admin, tool.system)
    register(admin, make_system())


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "objekt"}, id="unknown type"),
        pytest.param({"$ref": "http://example.com/x.json"}, id="fetches"),
        pytest.param({"$ref": "file:///etc/passwd"}, id="reads a file"),
        pytest.param({"pattern": "("}, id="broken pattern"),
        pytest.param({"description": "x" * 70_000}, id="too large"),
        pytest.param({"maximum": 2**60}, id="integer beyond JSON"),
        pytest.param([], id="a list"),
        pytest.param("{}", id="text"),
    ],
)
def test_an_unsound_schema_is_refused(admin, schema):
    with pytest.raises(Invalid) as refused:
        register(admin, make_system(), schema=schema)
    assert set(refused.value.errors) == {"schema"}


def test_a_retired_system_gets_no_tool(admin):
    with pytest.raises(Conflict):
        register(admin, make_system(lifecycle="retired"))


def test_the_form_registers(client_for, engineer):
    make_system("agent")
    form = {
        "name": "refund",
        "effect": "write",
        "reversibility": "irreversible",
        "category": "money",
        "schema": '{"type": "object"}',
    }
    answer = client_for(engineer).post("/systems/agent/tools/new", form)
    assert answer.status_code == 302
    assert Tool.objects.get(name="refund").schema == {"type": "object"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("{", "line 1, column 2"),
        ('{"a": 1, "a": 2}', "same key twice"),
        ('{"type": "objekt"}', "no usable JSON Schema"),
        ('{"title": "\\u0000"}', "Some fields cannot be taken"),
        ("[]", "JSON object"),
    ],
)
def test_a_bad_schema_stands_beside_its_field(client_for, engineer, schema, words):
    make_system("agent")
    form = {
        "name": "refund",
        "effect": "write",
        "reversibility": "irreversible",
        "category": "money",
        "schema": schema,
    }
    answer = client_for(engineer).post("/systems/agent/tools/new", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert not Tool.objects.exists()


def register(person, system, **fields):
    return register_tool(
        system,
        "refund",
        effect="write",
        reversibility="reversible",
        actor=actor_of_person(person),
        **fields,
    )
