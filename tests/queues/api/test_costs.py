"""What each call costs in queries: the same with 2 rows and with 20, and few."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from queues.models import ActionRequest
from queues.services.decisions import decide_request
from tests.builders import actor_of_person
from tests.queues.api.conftest import asking
from tests.queues.builders import make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db

_BOOKKEEPING = ("SAVEPOINT", "RELEASE SAVEPOINT")


def queries_of(call: Callable[[], object]) -> dict[str, list[str]]:
    """The statements of a call, by database; the test's own savepoints left out."""
    with ExitStack() as stack:
        captured = {
            alias: stack.enter_context(CaptureQueriesContext(connections[alias]))
            for alias in ("default", "keys")
        }
        response = call()
    assert response.status_code < 300, response.content
    return {
        alias: [
            query["sql"]
            for query in queries
            if not query["sql"].startswith(_BOOKKEEPING)
        ]
        for alias, queries in captured.items()
    }


def approve(told, person):
    make_queue(person)
    ask = ActionRequest.objects.get(pk=told["id"])
    decide_request(ask.pk, ruling(ask), person=person, actor=actor_of_person(person))


@pytest.fixture
def spent(agent, ask_for):
    """The key's use is noted once a minute: before these calls are measured."""
    ask_for()
    return agent


def test_what_a_submit_costs(spent):
    made = queries_of(lambda: spent.post("/api/v1/requests", asking(), format="json"))
    assert len(made["default"]) <= 12, made["default"]
    assert len(made["keys"]) <= 2, made["keys"]


def test_what_a_repeated_submit_costs(spent):
    body = asking()
    spent.post("/api/v1/requests", body, format="json")
    found = queries_of(lambda: spent.post("/api/v1/requests", body, format="json"))
    assert len(found["default"]) <= 3, found["default"]
    assert not found["keys"]


def test_what_a_look_at_a_pending_request_costs(spent, ask_for):
    url = f"/api/v1/requests/{ask_for()['id']}"
    seen = queries_of(lambda: spent.get(url))
    assert len(seen["default"]) <= 3, seen["default"]
    assert not seen["keys"]


def test_what_a_look_at_an_answer_costs(spent, ask_for, reviewer):
    told = ask_for()
    approve(told, reviewer)
    url = f"/api/v1/requests/{told['id']}"
    first = queries_of(lambda: spent.get(url))
    again = queries_of(lambda: spent.get(url))
    assert len(first["default"]) <= 5, first["default"]
    assert len(again["default"]) <= 3, again["default"]
    assert len(again["keys"]) == 1


def test_what_a_redeem_costs(spent, ask_for, reviewer):
    told = ask_for()
    approve(told, reviewer)
    url = f"/api/v1/requests/{told['id']}/redeem"
    spending = queries_of(lambda: spent.post(url, {"attempt": "a"}, format="json"))
    assert len(spending["default"]) <= 10, spending["default"]
    assert len(spending["keys"]) == 1


def test_what_next_and_decide_cost(system, reviewer, api_for):
    make_queue(reviewer)
    make_ask(system)
    tool = api_for(reviewer)
    tool.get("/api/v1/requests")  # notes the token's use
    held = queries_of(lambda: tool.post("/api/v1/queues/general/next"))
    assert len(held["default"]) <= 17, held["default"]
    assert len(held["keys"]) == 1
    ask = ActionRequest.objects.get()
    url = f"/api/v1/requests/{ask.pk}/decide"
    word = {"verdict": "approve", "version": ask.version}
    decided = queries_of(lambda: tool.post(url, word, format="json"))
    assert len(decided["default"]) <= 18, decided["default"]
    assert len(decided["keys"]) == 1


@pytest.mark.parametrize("summary", ["Cancel it", ""], ids=["summary", "no summary"])
def test_a_list_costs_the_same_with_two_rows_and_with_twenty(
    system, reviewer, api_for, summary
):
    make_queue(reviewer)
    tool = api_for(reviewer)
    tool.get("/api/v1/requests")
    counts = []
    for more in (2, 18):
        for _ in range(more):
            make_ask(system, summary=summary)
        made = queries_of(lambda: tool.get("/api/v1/requests"))
        counts.append((len(made["default"]), len(made["keys"])))
    assert counts[0] == counts[1]
    assert counts[0][1] == 1
    # Two of them note in the log whose words were read.
    assert counts[0][0] <= 7
