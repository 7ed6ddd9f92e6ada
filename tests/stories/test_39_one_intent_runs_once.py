"""39. The refund timed out, was tried again, and was paid twice."""

import pytest

from tests.stories.stage import Agent, reader

pytestmark = pytest.mark.django_db


def test_a_retry_of_the_same_intent_is_the_same_request_and_runs_once(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    body = {"key": "refund:A-17", "arguments": {"order": "A-17", "amount": "20.00"}}
    told = agent.asks("refund", **body)
    again = agent.asks("refund", **body)
    assert (told.status, again.status) == (201, 200)
    assert again["id"] == told["id"]
    rosa.decides(told, "approve")
    first = agent.redeems(told, "try-1")
    lost_reply = agent.redeems(told, "try-1")
    second = agent.redeems(told, "try-2")
    assert first.body == lost_reply.body
    assert (second.status, second["code"]) == (409, "already_redeemed")


def test_the_key_stands_for_one_body(reviewer):
    agent = Agent.of()
    reader(reviewer)
    agent.asks("refund", key="refund:A-17", arguments={"amount": "20.00"})
    other = agent.asks("refund", key="refund:A-17", arguments={"amount": "90.00"})
    assert (other.status, other["code"]) == (409, "key_reused")


def test_a_run_that_lost_its_key_joins_what_it_asked_before(reviewer):
    agent, rosa = Agent.of(), reader(reviewer)
    same = {"run_id": "run-1", "arguments": {"order": "A-17", "amount": "20.00"}}
    told = agent.asks("refund", **same)
    twin = agent.asks("refund", **same)
    assert twin["merged_into"] == told["id"]
    rosa.decides(told, "approve")
    assert agent.looks(twin)["status"] == "approved"
    assert agent.redeems(twin).status == 200
    assert agent.redeems(told)["code"] == "already_redeemed"
