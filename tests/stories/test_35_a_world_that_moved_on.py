"""35. The result arrives 90 seconds later, in a world that moved on."""

import pytest

from tests.stories.stage import Agent, later, reader

pytestmark = pytest.mark.django_db


def _asks(agent):
    state = [{"name": "reservation", "fingerprint": "open"}]
    return agent.asks(summary="Cancel R-7", preconditions=state)


def test_the_reviewer_sees_changed_since_asked(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    told = _asks(agent)
    with later(seconds=90):
        agent.refreshes(told, reservation="already cancelled")
        assert "changed since asked" in rosa.card(told).text.lower()
        assert "changed since asked" in rosa.opens("/queue/").text.lower()


def test_an_approval_given_before_is_void_and_the_agent_is_told_why(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    told = _asks(agent)
    rosa.decides(told, "approve")
    with later(seconds=90):
        fresh = [{"name": "reservation", "fingerprint": "already cancelled"}]
        refused = agent.redeems(told, preconditions=fresh)
        assert (refused.status, refused["code"]) == (409, "changed")
        assert agent.looks(told)["status"] == "voided"


def test_a_decision_on_the_card_as_it_was_is_refused(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    told = _asks(agent)
    agent.refreshes(told, reservation="already cancelled")
    stale = rosa.posts(
        told, "decide", version="1", verdict="approve", confirmed="yes", comment="Fine."
    )
    assert stale.status == 409
    assert "Fine." in stale.source
    assert agent.looks(told)["status"] == "pending"
