"""2. Stopping throws the work away, so nobody stops: answer back instead."""

import pytest

from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db


def test_guidance_goes_back_and_the_run_asks_on_with_its_work_kept(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    told = agent.asks(run_id="run-7", summary="Cancel the whole trip")
    rosa.decides(
        told,
        "answer",
        reason_code="do_instead",
        comment="Only the hotel; the flight is kept.",
    )
    answer = agent.looks(told)
    assert answer["status"] == "answered"
    assert answer["decision"]["message"] == "Only the hotel; the flight is kept."
    again = agent.asks(run_id="run-7", summary="Cancel the hotel")
    assert again["status"] == "pending"
    rosa.decides(again, "approve")
    assert agent.redeems(again).status == 200
