"""38. DROP TABLE in a demo: how can this be undone, before and after."""

import pytest

from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db

UNDO = {"tool": "restore_table", "arguments": {"table": "executives"}}


def test_the_card_says_before_approving_how_it_can_be_undone(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    told = agent.asks("delete_records", impact={"records": 1_200}, undo=UNDO)
    assert "restore_table" in rosa.card(told).text
    bare = agent.asks("delete_records")
    assert "no way to undo" in rosa.card(bare).text.lower()


def test_afterwards_one_click_asks_for_the_undoing_as_its_own_request(
    reviewer, reviewer2
):
    agent, rosa, theo = Agent.of(), reader(reviewer), reader(reviewer2)
    told = agent.asks(undo=UNDO)
    rosa.decides(told, "approve")
    agent.redeems(told)
    agent.reports(told)
    rosa.posts(told, "undo")
    rows = theo.opens("/queue/")
    assert "Undo cancel_reservation" in rows.text
    undoing = theo.takes_next()
    assert undoing
    assert undoing != f"/requests/{told['id']}/"
    assert rosa.takes_next() != undoing, "nobody approves what they asked for"
