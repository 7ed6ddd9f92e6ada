"""1. A staging agent holds a production key and would delete 1.9 million rows."""

import pytest

from tests.builders import make_credential
from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db


def _asks(agent):
    return agent.asks(
        "delete_records",
        environment="staging",
        credential="legacy-token",
        summary="Delete records matching status=stale",
        impact={"records": 1_900_000},
    )


def test_the_reviewer_sees_staging_said_and_production_meant(reviewer):
    agent, rosa = Agent.of("ops-agent"), reader(reviewer)
    make_credential(agent.system, "legacy-token", environment="production")
    told = _asks(agent)
    assert told["status"] == "pending"
    assert told["environment"] == "production"
    assert told["risk_class"] == "destructive"
    card = rosa.card(told)
    assert "1,900,000" in card.text or "1900000" in card.text
    assert "staging" in card.text.lower()
    assert "legacy-token" in card.text
    assert "registered for production" in card.text
    assert "card--alarm" in card.source


def test_it_takes_two_people_and_never_an_automatic_yes(reviewer, reviewer2):
    agent, rosa, theo = Agent.of("ops-agent"), reader(reviewer), reader(reviewer2)
    make_credential(agent.system, "legacy-token", environment="production")
    told = _asks(agent)
    rosa.decides(told, "approve", reason_code="owner_confirmed")
    assert agent.looks(told)["status"] == "pending"
    assert agent.redeems(told)["code"] == "not_approved"
    theo.decides(told, "approve", reason_code="owner_confirmed")
    assert agent.looks(told)["status"] == "approved"


def test_even_a_read_is_not_answered_by_policy_with_such_a_key(reviewer):
    agent = Agent.of("ops-agent")
    reader(reviewer)
    make_credential(agent.system, "legacy-token", environment="production")
    plain = agent.asks("look_up", environment="staging", reversibility="reversible")
    assert plain["status"] == "approved"
    assert plain["decided_by"] == "policy"
    odd = agent.asks(
        "look_up",
        environment="staging",
        reversibility="reversible",
        credential="legacy-token",
    )
    assert odd["status"] == "pending"
