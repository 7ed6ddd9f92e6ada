"""43. One message costs 400 tokens or 40,000: estimate and actual side by side."""

import pytest

from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db


def test_the_card_shows_the_estimate_and_afterwards_the_actual(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    told = agent.asks(estimate={"tokens": 400, "seconds": 3, "cost": "0.01"})
    assert "400" in rosa.card(told).text
    rosa.decides(told, "approve")
    agent.redeems(told)
    agent.reports(told, usage={"tokens": 40_000, "seconds": 95, "cost": "1.20"})
    card = rosa.card(told).text
    assert "400" in card
    assert "40,000" in card
