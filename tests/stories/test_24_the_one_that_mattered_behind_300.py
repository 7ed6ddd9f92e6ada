"""24. The request that mattered waits behind three hundred that did not."""

import pytest

from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db


def test_the_dangerous_one_is_next_although_three_hundred_came_before(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    for _ in range(300):
        agent.asks("set_label", reversibility="reversible")
    told = agent.asks("delete_records", summary="Delete all stale orders")
    assert told["position"] == 1
    assert rosa.takes_next() == f"/requests/{told['id']}/"
    page = rosa.opens("/queue/")
    assert "301" in page.text
