"""What an agent is told, whatever became of its request."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import F
from django.utils import timezone

from queues.models import ActionRequest, Delivery
from queues.rules import SILENCE_IS_NO
from queues.services.approvals import revoke_approval
from queues.services.decisions import decide_request
from queues.services.requests import merge_requests
from queues.services.sweeps import sweep_queues
from reviewapp.core.models import DataKey, Event
from tests.builders import actor_of_person
from tests.queues.api.conftest import asking
from tests.queues.builders import make_queue, ruling

pytestmark = pytest.mark.django_db

STATE = [{"name": "reservation", "fingerprint": "etag-1"}]
OTHER = [{"name": "reservation", "fingerprint": "etag-2"}]


@pytest.fixture
def look(agent):
    def get(told):
        response = agent.get(f"/api/v1/requests/{told['id']}")
        assert response.status_code == 200, response.content
        return response.json()

    return get


def decide(person, told, verdict="approve", **fields):
    make_queue(person)
    ask = ActionRequest.objects.get(pk=told["id"])
    word = ruling(ask, verdict, **fields)
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))


def run_out(told, clock):
    """Let one of the clocks of a request run out, and the sweep notice."""
    soon = {"expires_at": F("created_at") + timedelta(microseconds=1)}
    past = {"execute_before": timezone.now() - timedelta(seconds=1)}
    asks = ActionRequest.objects.filter(pk=told["id"])
    asks.update(**(soon if clock == "expires_at" else past))
    sweep_queues()


def test_an_expiry_is_no_refusal(ask_for, look):
    told = ask_for()
    run_out(told, "expires_at")
    answer = look(told)
    assert (answer["status"], answer["decided_by"]) == ("expired", "timeout")
    assert answer["decision"]["verdict"] is None
    assert "not a refusal" in answer["decision"]["message"]


def test_a_silence_that_counts_as_a_no_says_so(ask_for, look):
    told = ask_for(on_timeout="reject")
    run_out(told, "expires_at")
    answer = look(told)
    assert (answer["status"], answer["decided_by"]) == ("rejected", "timeout")
    assert answer["decision"]["verdict"] == "reject"
    assert answer["decision"]["message"] == SILENCE_IS_NO


def test_a_revoked_approval_tells_nothing_to_run(ask_for, look, reviewer):
    told = ask_for()
    decide(reviewer, told, comment="Fine.")
    revoke_approval(UUID(told["id"]), person=reviewer, actor=actor_of_person(reviewer))
    answer = look(told)
    assert (answer["status"], answer["decided_by"]) == ("voided", "person")
    decision = answer["decision"]
    assert decision["reason_code"] == "revoked"
    assert decision["verdict"] is decision["arguments"] is None
    assert decision["arguments_digest"] is decision["execute_before"] is None
    assert "Do not act" in decision["message"]


def test_a_difference_voids_and_says_why(agent, ask_for, look, reviewer):
    told = ask_for(preconditions=STATE)
    decide(reviewer, told)
    url = f"/api/v1/requests/{told['id']}/preconditions"
    answer = agent.post(url, {"preconditions": OTHER}, format="json").json()
    assert (answer["status"], answer["decided_by"]) == ("voided", "agent")
    assert answer["decision"]["reason_code"] == "changed"
    assert answer["changed_at"] is not None


def test_a_difference_at_the_last_moment_refuses_the_leave(agent, ask_for, reviewer):
    told = ask_for(preconditions=STATE)
    decide(reviewer, told)
    url = f"/api/v1/requests/{told['id']}/redeem"
    body = {"attempt": "a", "preconditions": OTHER}
    refused = agent.post(url, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "changed")
    again = agent.post(url, body | {"preconditions": STATE}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "voided")


def test_other_arguments_than_approved_get_no_leave(agent, ask_for, reviewer):
    told = ask_for()
    decide(reviewer, told)
    url = f"/api/v1/requests/{told['id']}/redeem"
    body = {"attempt": "a", "arguments_digest": "0" * 64}
    refused = agent.post(url, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "digest_mismatch")


def test_an_approval_that_nobody_used_lapses(agent, ask_for, look, reviewer):
    told = ask_for()
    decide(reviewer, told)
    run_out(told, "execute_before")
    answer = look(told)
    assert answer["status"] == "lapsed"
    assert answer["decision"]["arguments"] is None
    assert "Ask again" in answer["decision"]["message"]
    url = f"/api/v1/requests/{told['id']}/redeem"
    refused = agent.post(url, {"attempt": "a"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "lapsed")


def test_of_two_approvals_the_first_is_no_answer(ask_for, look, reviewer, reviewer2):
    told = ask_for(action={"tool": "delete_records", "arguments": {"match": "old"}})
    approval = {"reason_code": "owner_confirmed"}
    edit = {"arguments": {"match": "older"}, "reason_code": "too_broad"}
    decide(reviewer, told, comment="Looks right.", **approval)
    assert look(told)["status"] == "pending"
    assert look(told)["decision"] is None
    decide(reviewer2, told, "edit", comment="Only the older ones.", **edit)
    assert look(told)["status"] == "pending"
    decide(reviewer, told, comment="Agreed.", **approval)
    decision = look(told)["decision"]
    assert decision["verdict"] == "edit"
    assert decision["arguments"] == {"match": "older"}
    # The comment of the first round was on other arguments.
    assert decision["message"] == "Only the older ones.\n\nAgreed."


def test_a_look_alike_hears_the_decision_on_the_first(ask_for, look, reviewer):
    action = {"tool": "cancel_reservation", "arguments": {"reservation": "R-1"}}
    first, twin = ask_for(action=action), ask_for(action=action)
    make_queue(reviewer)
    actor = actor_of_person(reviewer)
    ids = UUID(first["id"]), UUID(twin["id"])
    merge_requests(*ids, person=reviewer, actor=actor)
    assert look(twin)["merged_into"] == first["id"]
    assert look(twin)["position"] == 1
    decide(reviewer, first, "edit", arguments={"reservation": "R-2"}, comment="So.")
    for told in (first, twin):
        decision = look(told)["decision"]
        assert decision["arguments"] == {"reservation": "R-2"}
        assert decision["message"] == "So."


def test_the_place_in_the_queue_is_told(ask_for, look, reviewer, reviewer2):
    make_queue(reviewer, reviewer2, mean_review_s=60)
    first, second = ask_for(), ask_for()
    assert look(first)["position"] == 1
    assert look(second)["position"] == 2
    assert look(second)["expected_wait_s"] == 60
    assert first["url"].endswith(f"/requests/{first['id']}/")


def test_that_the_answer_was_fetched_is_noted_once(ask_for, look, reviewer):
    told = ask_for()
    look(told)
    assert not Delivery.objects.filter(ask=told["id"]).exists()
    decide(reviewer, told)
    look(told)
    look(told)
    delivery = Delivery.objects.get(ask=told["id"])
    assert delivery.delivered_via == "poll"
    assert delivery.acknowledged_at is None
    assert Event.objects.filter(verb="answer.delivered").count() == 1


def test_an_agent_confirms_an_answer_but_not_silence(agent, ask_for, reviewer):
    told = ask_for()
    url = f"/api/v1/requests/{told['id']}/ack"
    early = agent.post(url, {"instance": "worker-1"}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "not_decided")
    decide(reviewer, told)
    for _ in range(2):
        assert agent.post(url, format="json").status_code == 204
    assert Event.objects.filter(verb="answer.acknowledged").count() == 1


def test_words_that_were_erased_are_not_told(ask_for, look, reviewer):
    told = ask_for()
    decide(reviewer, told, "reject", comment="Never mind.")
    DataKey.objects.filter(owner=told["id"]).update(
        wrapped=b"", destroyed_at=timezone.now()
    )
    decision = look(told)["decision"]
    assert decision["verdict"] == "reject"
    assert decision["message"] == "Nobody asked for this"


@pytest.mark.parametrize("wait", ["-1", "121", "1.5", "soon", "", "9" * 400])
def test_an_impossible_wait_is_refused(agent, ask_for, wait):
    response = agent.get(f"/api/v1/requests/{ask_for()['id']}?wait={wait}")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["wait"]


def test_unknown_query_parameters_are_named(agent, ask_for):
    response = agent.get(f"/api/v1/requests/{ask_for()['id']}?wiat=5")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["wiat"]


def test_a_full_queue_pushes_back(agent, ask_for):
    make_queue(max_pending=1)
    ask_for()
    refused = agent.post("/api/v1/requests", asking(), format="json")
    assert (refused.status_code, refused.json()["code"]) == (503, "queue_full")
    assert int(refused["Retry-After"]) >= 30
    assert ActionRequest.objects.count() == 1
