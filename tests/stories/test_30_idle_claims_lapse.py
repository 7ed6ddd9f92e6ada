"""30. Somebody claims and goes to lunch: the claim lapses, the work goes on."""

import pytest

from tests.stories.stage import Agent, later, reader

pytestmark = pytest.mark.django_db


def test_an_idle_claim_lapses_and_the_next_reviewer_gets_it(reviewer, reviewer2):
    agent, rosa, theo = Agent.of(), reader(reviewer), reader(reviewer2)
    told = agent.asks()
    assert rosa.takes_next() == f"/requests/{told['id']}/"
    assert theo.takes_next() != f"/requests/{told['id']}/"
    with later(minutes=6):
        assert theo.takes_next() == f"/requests/{told['id']}/"
        theo.decides(told, "approve")
        assert agent.looks(told)["status"] == "approved"
