"""50. A retry storm at three in the morning: pushed back before people drown."""

import pytest

from tests.queues.builders import make_queue
from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db


def test_the_agent_is_told_when_to_come_back_and_nothing_is_queued(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    make_queue(max_pending=3, mean_review_s=90)
    for _ in range(3):
        assert agent.asks().status == 201
    refused = agent.asks()
    assert (refused.status, refused["code"]) == (503, "queue_full")
    assert int(refused.headers["Retry-After"]) == 90
    assert "3" in rosa.opens("/queue/count").text


def test_interactive_work_has_a_line_of_its_own(reviewer):
    agent = Agent.of()
    reader(reviewer)
    reader(reviewer, "interactive")
    make_queue(max_pending=1)
    assert agent.asks().status == 201
    assert agent.asks().status == 503
    assert agent.asks(queue="interactive").status == 201


def test_a_repeat_of_what_waits_is_no_new_work(reviewer):
    agent = Agent.of()
    reader(reviewer)
    make_queue(max_pending=1)
    told = agent.asks(key="one", arguments={"id": 1})
    assert agent.asks(key="one", arguments={"id": 1})["id"] == told["id"]
