"""17. Eighty thousand mails between four and nine, one recipient each."""

import pytest

from queues.first_policy import FIRST_POLICY
from queues.services.policies import publish_policy
from tests.builders import actor_of_person
from tests.queues.builders import make_policy
from tests.stories.stage import Agent, later, reader

pytestmark = pytest.mark.django_db
LIMIT = FIRST_POLICY["broadcast_recipients"]
ONE = {"impact": {"recipients": 1}, "reversibility": "reversible"}


@pytest.fixture
def agent(lead):
    """Follow-ups to one person pass by themselves here: nobody reads each of them."""
    make_policy()
    reader(lead)
    passing = FIRST_POLICY["classes"]["reversible_write"] | {"automatic": "approve"}
    classes = FIRST_POLICY["classes"] | {"reversible_write": passing}
    rules = FIRST_POLICY | {"classes": classes}
    publish_policy(rules, person=lead, actor=actor_of_person(lead))
    return Agent.of()


def test_what_together_is_a_broadcast_is_held_after_the_first_sample(agent, lead):
    told = [agent.asks("set_label", **ONE) for _ in range(LIMIT + 30)]
    answers = [answer["status"] for answer in told]
    assert answers[: LIMIT - 1] == ["approved"] * (LIMIT - 1)
    assert answers[LIMIT - 1 :] == ["pending"] * 31
    card = reader(lead).opens(f"/requests/{told[-1]['id']}/").text
    assert "One of many" in card
    assert "Broadcasts" in card


def test_the_next_hour_begins_anew(agent):
    for _ in range(LIMIT - 1):
        assert agent.asks("set_label", **ONE)["status"] == "approved"
    assert agent.asks("set_label", **ONE)["status"] == "pending"
    with later(hours=1, minutes=1):
        assert agent.asks("set_label", **ONE)["status"] == "approved"
