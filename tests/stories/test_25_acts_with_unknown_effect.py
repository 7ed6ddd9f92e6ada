"""25. A region drops in the middle of acts: which of them happened?"""

import pytest

from tests.stories.stage import Agent, later, reader

pytestmark = pytest.mark.django_db


def test_acts_nobody_reported_are_listed_and_settled_one_by_one(lead):
    agent, lena = Agent.of(), reader(lead)
    invoices = [agent.asks("refund", summary=f"Refund invoice {n}") for n in range(3)]
    for told in invoices:
        lena.decides(told, "approve")
        assert agent.redeems(told).status == 200
    agent.reports(invoices[0], "succeeded")
    with later(minutes=16):
        page = lena.opens("/queue/?show=uncertain").text
        assert "Refund invoice 1" in page
        assert "Refund invoice 2" in page
        assert "Refund invoice 0" not in page
        lena.posts(invoices[1], "settle", settlement="happened")
        lena.posts(invoices[2], "settle", settlement="did_not_happen")
        assert agent.looks(invoices[1])["status"] == "settled"
        assert agent.redeems(invoices[2])["code"] == "already_redeemed"
        assert "Refund invoice" not in lena.opens("/queue/?show=uncertain").text
