"""What an agent lives through: ask, look, redeem, report."""

import pytest

from queues.services.decisions import decide_request
from reviewapp.core.digests import arguments_digest
from tests.builders import actor_of_person
from tests.queues.api.conftest import asking
from tests.queues.builders import make_queue, ruling

pytestmark = pytest.mark.django_db


def decide(person, told, verdict="approve", **fields):
    from queues.models import ActionRequest

    make_queue(person)
    ask = ActionRequest.objects.get(pk=told["id"])
    word = ruling(ask, verdict, **fields)
    decide_request(ask.pk, word, person=person, actor=actor_of_person(person))


def test_a_request_waits_in_the_queue(ask_for):
    told = ask_for()
    assert told["status"] == "pending"
    assert told["queue"] == "general"
    assert told["risk_class"] == "irreversible_write"
    assert told["position"] == 1
    assert told["decision"] is None


def test_an_approved_request_is_redeemed_and_reported(agent, ask_for, reviewer):
    told = ask_for()
    decide(reviewer, told, comment="Go on.")
    url = f"/api/v1/requests/{told['id']}"
    decision = agent.get(url).json()["decision"]
    assert decision["verdict"] == "approve"
    assert decision["message"] == "Go on."
    assert decision["decided_by"] == "person"
    digest = arguments_digest("cancel_reservation", decision["arguments"])
    assert decision["arguments_digest"] == digest
    body = {"attempt": "a", "arguments_digest": digest}
    leave = agent.post(f"{url}/redeem", body, format="json")
    assert leave.status_code == 200, leave.content
    assert leave.json()["arguments"] == decision["arguments"]
    report = {
        "status": "succeeded",
        "result": {"ok": True},
        "effects": [{"system": "bookings", "ref": "B-1"}],
        "usage": {"tokens": 12, "seconds": 0.5, "cost": "0.10"},
    }
    done = agent.post(f"{url}/outcome", report, format="json")
    assert done.status_code == 200, done.content
    outcome = agent.get(url).json()["outcome"]
    assert outcome["result"] == {"ok": True}
    assert outcome["effects"] == report["effects"]
    assert outcome["usage"] == {"tokens": 12, "seconds": 1, "cost": "0.1"}


def test_an_edit_is_told_as_one(agent, ask_for, reviewer):
    told = ask_for()
    decide(reviewer, told, "edit", arguments={"reservation": "R-0"})
    decision = agent.get(f"/api/v1/requests/{told['id']}").json()["decision"]
    assert decision["verdict"] == "edit"
    assert decision["arguments"] == {"reservation": "R-0"}


def test_a_no_brings_its_reason_and_no_arguments(agent, ask_for, reviewer):
    told = ask_for()
    decide(reviewer, told, "reject")
    decision = agent.get(f"/api/v1/requests/{told['id']}").json()["decision"]
    assert decision["verdict"] == "reject"
    assert decision["reason_code"] == "not_asked_for"
    assert decision["message"] == "Nobody asked for this"
    assert decision["arguments"] is None


def test_the_same_key_and_body_find_the_request_again(agent):
    body = asking()
    first = agent.post("/api/v1/requests", body, format="json")
    again = agent.post("/api/v1/requests", body, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]


def test_the_same_key_with_another_body_is_refused(agent):
    body = asking()
    agent.post("/api/v1/requests", body, format="json")
    body["action"]["arguments"] = {"reservation": "R-other"}
    refused = agent.post("/api/v1/requests", body, format="json")
    assert refused.status_code == 409
    assert refused.json()["code"] == "key_reused"


def test_a_key_used_again_names_the_request_and_what_it_would_run(agent):
    body = asking()
    first = agent.post("/api/v1/requests", body, format="json").json()
    reworded = {**body, "justification": "The same act, in other words."}
    refused = agent.post("/api/v1/requests", reworded, format="json").json()
    assert refused["request_id"] == first["id"]
    assert refused["arguments_digest"] == arguments_digest(
        "cancel_reservation", body["action"]["arguments"]
    )


def test_key_may_travel_as_a_header(agent):
    body = asking()
    key = body.pop("key")
    url = "/api/v1/requests"
    first = agent.post(url, body, format="json", headers={"Idempotency-Key": key})
    again = agent.post(url, {**body, "key": key}, format="json")
    assert (first.status_code, again.status_code) == (201, 200)


@pytest.mark.parametrize(
    ("header", "field", "code"),
    [(None, None, "key_missing"), ("a", "b", "keys_differ")],
)
def test_a_key_is_needed_and_is_one(agent, header, field, code):
    body = asking()
    del body["key"]
    body |= {"key": field} if field else {}
    headers = {"Idempotency-Key": header} if header else {}
    refused = agent.post("/api/v1/requests", body, format="json", headers=headers)
    assert refused.status_code == 400
    assert refused.json()["code"] == code


def test_policy_may_answer_at_once(ask_for):
    read = {"action": {"tool": "look_up", "arguments": {}}}
    told = ask_for(**read, reversibility="reversible")
    assert told["status"] == "approved"
    assert told["decided_by"] == "policy"
    assert told["decision"]["arguments"] == {}


def test_a_withdrawn_request_says_so(agent, ask_for):
    told = ask_for()
    response = agent.post(f"/api/v1/requests/{told['id']}/withdraw")
    assert response.status_code == 200
    assert response.json()["status"] == "withdrawn"
    assert response.json()["decided_by"] == "agent"
