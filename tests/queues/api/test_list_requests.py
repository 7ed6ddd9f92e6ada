"""The list for people's tools: what is in it, in which order, page by page."""

import pytest

from queues.services.requests import withdraw_request
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_queue,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(reviewer, api_for, system):
    make_queue(reviewer)
    tool = api_for(reviewer)

    def get(query=""):
        response = tool.get(f"/api/v1/requests{query}")
        assert response.status_code == 200, response.content
        return response.json()

    return get


def ids(page):
    return [row["id"] for row in page["results"]]


def test_what_waits_comes_in_the_order_of_the_queue(listing, system):
    mild = make_ask(system, tool="set_label", reversibility="reversible")
    urgent = make_ask(system, decide_within_s=60)
    assert ids(listing()) == [str(urgent.pk), str(mild.pk)]


def test_pages_follow_each_other_without_gap_or_repeat(listing, system):
    made = {str(make_ask(system).pk) for _ in range(5)}
    first = listing("?limit=2")
    second = listing(f"?limit=2&cursor={first['next']}")
    third = listing(f"?limit=2&cursor={second['next']}")
    assert {*ids(first), *ids(second), *ids(third)} == made
    assert len(ids(first) + ids(second) + ids(third)) == 5
    assert third["next"] is None
    assert ids(listing(f"?limit=2&cursor={second['previous']}")) == ids(first)


def test_each_condition_narrows(listing, reviewer, system):
    other = make_asking_system("other-agent")
    make_queue(reviewer, slug="money")
    theirs = make_ask(other)
    money = make_ask(system, queue="money", tool="refund", amount="9")
    tested = make_ask(system, environment="test")
    gone = make_ask(system)
    withdraw_request(gone.pk, system=system, actor=agent_of(system))
    for query, expected in {
        "?system=other-agent": theirs,
        "?queue=money": money,
        "?risk_class=money": money,
        "?environment=test": tested,
        "?status=withdrawn": gone,
    }.items():
        assert ids(listing(query)) == [str(expected.pk)], query
    assert ids(listing("?queue=nowhere")) == []


def test_other_queues_are_not_in_it(listing, system):
    make_queue(slug="elsewhere")
    make_ask(system, queue="elsewhere")
    assert ids(listing()) == []


@pytest.mark.parametrize(
    ("query", "code", "place"),
    [
        ("?status=lost", "invalid", "status"),
        ("?limit=0", "invalid", "limit"),
        ("?limit=1000", "invalid", "limit"),
        ("?queue=%00", "invalid", "queue"),
        ("?system=%ED%A0%80", "invalid", "system"),
        ("?offset=3", "invalid", "offset"),
        ("?cursor=forged", "bad_cursor", None),
        ("?cursor=%00", "invalid", "cursor"),
    ],
)
def test_strange_queries_are_refused(reviewer, api_for, query, code, place):
    response = api_for(reviewer).get(f"/api/v1/requests{query}")
    assert response.status_code == 400
    problem = response.json()
    assert problem["code"] == code
    assert list(problem.get("errors", {})) == ([place] if place else [])
