"""The released client against the real server, over real sockets."""

import time
from datetime import timedelta

import pytest
from django.db.models import F
from reviewapp_client import Answered, Expired, Rejected
from reviewapp_client.digests import arguments_digest

from queues.models import ActionRequest, Status
from queues.services.decisions import decide_request
from queues.services.sweeps import sweep_queues
from tests.builders import actor_of_person
from tests.live.conftest import Beside
from tests.queues.builders import make_queue, ruling

pytestmark = pytest.mark.django_db(transaction=True)

ASK = {"environment": "production", "reversibility": "irreversible"}
# From the commit of the decision to the agent's next line of code.
PROMPT_S = 1.0


def decide(person, verdict="approve", **fields):
    """Decide the only request; return when it was decided, by the monotonic clock."""
    make_queue(person)
    ask = ActionRequest.objects.get()
    word = ruling(ask, verdict, **fields)
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))
    return time.monotonic()


class Agent:
    """An agent with one gated tool, in a thread; notes what ran and when it heard."""

    def __init__(self, client) -> None:
        self.ran = []
        self.heard_at = None

        @client.gate(tool="cancel_reservation", **ASK)
        def cancel(reservation: str) -> str:
            self.heard_at = time.monotonic()
            self.ran.append(reservation)
            return f"cancelled {reservation}"

        self.cancel = cancel

    def act(self, reservation: str) -> str:
        try:
            return self.cancel(reservation, intent=f"cancel:{reservation}")
        finally:
            self.heard_at = self.heard_at or time.monotonic()


@pytest.fixture
def waiting(agent, until_held):
    """An agent that asked to cancel R-1 and now waits; and what its call will give."""
    acting = Agent(agent)
    result = Beside(lambda: acting.act("R-1"))
    until_held("waiting_polls")
    return acting, result


def test_an_approval_is_heard_redeemed_run_and_reported(waiting, reviewer):
    acting, result = waiting
    decided_at = decide(reviewer)
    assert result.result() == "cancelled R-1"
    assert acting.heard_at - decided_at < PROMPT_S
    ask = ActionRequest.objects.get()
    assert ask.status == Status.SUCCEEDED
    assert ask.delivery.acknowledged_at is not None


def test_an_edit_runs_exactly_as_edited(waiting, reviewer):
    acting, result = waiting
    decide(reviewer, "edit", arguments={"reservation": "R-2"})
    assert result.result() == "cancelled R-2"
    assert acting.ran == ["R-2"]


def test_a_no_reaches_the_agent_and_nothing_runs(waiting, reviewer):
    acting, result = waiting
    decided_at = decide(reviewer, "reject", comment="They changed their mind.")
    with pytest.raises(Rejected) as said:
        result.result()
    assert acting.heard_at - decided_at < PROMPT_S
    assert said.value.message == "They changed their mind."
    assert not acting.ran


def test_guidance_reaches_the_agent(waiting, reviewer):
    acting, result = waiting
    decide(reviewer, "answer", comment="Ask for the booking code.")
    with pytest.raises(Answered) as said:
        result.result()
    assert said.value.message == "Ask for the booking code."
    assert not acting.ran


def test_silence_is_told_apart_from_a_no(waiting):
    acting, result = waiting
    soon = F("created_at") + timedelta(microseconds=1)
    ActionRequest.objects.update(expires_at=soon)
    sweep_queues()
    with pytest.raises(Expired) as said:
        result.result()
    assert "not a refusal" in said.value.message
    assert not acting.ran


def test_call_by_call(agent, reviewer):
    request = agent.submit(
        "intent 1",
        tool="cancel_reservation",
        arguments={"reservation": "R-1"},
        preconditions={"reservation": "etag-1"},
        evidence=[{"name": "state", "value": "open"}],
        estimate={"tokens": 10, "seconds": 0.5, "cost": "0.01"},
        **ASK,
    )
    assert request.status == "pending"
    assert request.position == 1
    agent.preconditions(request.id, {"reservation": "etag-1"})
    decide(reviewer)
    decision = agent.wait(request.id).decision
    digest = arguments_digest("cancel_reservation", decision.arguments)
    assert decision.arguments_digest == digest
    agent.acknowledge(request.id)
    fresh = {"reservation": "etag-1"}
    grant = agent.redeem(request.id, "attempt 1", digest, fresh)
    assert grant == agent.redeem(request.id, "attempt 1", digest, fresh)
    agent.outcome(
        request.id,
        "succeeded",
        {"ok": True},
        effects=[{"system": "bookings", "ref": "C-1"}],
        usage={"tokens": 9, "seconds": 0.4},
    )
    outcome = agent.get(request.id).outcome
    assert outcome.result == {"ok": True}
    assert outcome.effects == ({"system": "bookings", "ref": "C-1"},)


def test_the_stream_tells_of_the_decision(agent, reviewer, until_held):
    request = agent.submit(
        "intent 1", tool="cancel_reservation", arguments={"reservation": "R-1"}, **ASK
    )
    heard = Beside(lambda: next(agent.events()))
    until_held("event_streams")
    decide(reviewer)
    event = heard.result()
    assert event.kind == "request.approved"
    assert event.data["request_id"] == request.id
    assert (
        event.data["arguments_digest"] == ActionRequest.objects.get().arguments_digest
    )
