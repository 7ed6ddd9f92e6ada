"""A tool that an agent names is on record, even if nobody registered it."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connections

from reviewapp.core.actors import Actor
from reviewapp.core.models import Event
from reviewapp.core.problems import Conflict, Invalid
from systems.models import Tool
from systems.services import tools as services
from systems.services.tools import learn_tool
from tests.builders import make_key, make_system, make_tool

AGENT = Actor.of_process("test")


@pytest.fixture
def system(db):
    return make_system("agent")


def test_an_unseen_tool_is_recorded_as_inferred(system):
    tool = learn_tool(system, "wipe_disk", schema={"type": "object"}, actor=AGENT)
    assert tool.inferred
    assert (tool.effect, tool.reversibility) == (None, None)
    assert tool.schema == {"type": "object"}
    event = Event.objects.get(verb="tool.learned")
    assert (event.facts["tool"], event.system_id) == ("wipe_disk", system.pk)


def test_a_known_tool_costs_one_query_and_stays_as_it_is(
    system, django_assert_num_queries
):
    known = make_tool(system, "refund", effect="write")
    with django_assert_num_queries(3):  # savepoint, select, release
        tool = learn_tool(system, "refund", schema={"title": "other"}, actor=AGENT)
    assert tool == known
    assert tool.schema is None


def test_the_same_name_in_another_system_is_another_tool(system):
    other = make_tool(name="refund")
    assert learn_tool(system, "refund", actor=AGENT) != other


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 201, "a\x00b", "elif\u202e", "new\nline", "\u200b"]
)
def test_a_name_that_does_not_show_is_refused(system, name):
    with pytest.raises(Invalid) as refused:
        learn_tool(system, name, actor=AGENT)
    assert set(refused.value.errors) == {"tool"}
    assert not Tool.objects.exists()


@pytest.mark.parametrize("name", ["<script>", "отмена", "取消", "a b", "💥"])
def test_odd_names_that_show_are_names(system, name):
    assert learn_tool(system, name, actor=AGENT).name == name


def test_an_unsound_schema_is_refused(system):
    with pytest.raises(Invalid):
        learn_tool(system, "x", schema={"$ref": "http://127.0.0.1/"}, actor=AGENT)
    assert not Tool.objects.exists()


def test_made_up_names_cannot_fill_the_inventory(system, monkeypatch):
    monkeypatch.setattr(services, "UNCONFIRMED_LIMIT", 2)
    for name in ("a", "b"):
        learn_tool(system, name, actor=AGENT)
    with pytest.raises(Conflict) as refused:
        learn_tool(system, "c", actor=AGENT)
    assert refused.value.code == "too_many_tools"
    assert learn_tool(system, "a", actor=AGENT).name == "a"


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_learn_it_once():
    key, _ = make_key(make_system())
    ready = Barrier(2)

    def learn() -> None:
        ready.wait(timeout=10)
        try:
            learn_tool(key.system, "wipe_disk", actor=AGENT)
        finally:
            connections.close_all()

    threads = [Thread(target=learn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Tool.objects.filter(name="wipe_disk").count() == 1
    assert Event.objects.filter(verb="tool.learned").count() == 1
