"""Who may call what: agents their own requests, people those of their queues."""

from uuid import uuid4

import pytest
from django.urls import get_resolver
from rest_framework.test import APIClient

from queues.models import ActionRequest, Status
from reviewapp.core.actors import Actor
from reviewapp.core.permissions import Role
from systems.services.keys import revoke_key
from tests.builders import agent_client, make_key, make_person
from tests.queues.api.conftest import asking
from tests.queues.builders import make_ask, make_asking_system, make_queue

pytestmark = pytest.mark.django_db

AGENT_ACTS = {
    "withdraw": {},
    "preconditions": {"preconditions": []},
    "redeem": {"attempt": "a"},
    "outcome": {"status": "succeeded"},
    "ack": {},
}
PEOPLE_ACTS = {
    "claim": {},
    "release": {},
    "take-over": {},
    "defer": {"until": "2030-01-01T00:00:00Z"},
    "escalate": {},
    "decide": {"verdict": "approve", "version": 1},
    "revoke": {},
    "notes": {"text": "Look."},
    "merge": {"lookalike": str(uuid4())},
    "settle": {"as": "happened"},
    "compensate": {},
}


def code_of(response, status):
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["code"]


def url_of(ask_id, act):
    return f"/api/v1/requests/{ask_id}/{act}" if act else f"/api/v1/requests/{ask_id}"


def untouched(ask):
    return ActionRequest.objects.get(pk=ask.pk).status == Status.PENDING


def test_every_act_is_in_these_tables():
    names = get_resolver().reverse_dict.keys()
    acts = {name for name in names if str(name).startswith("api_")} - {
        "api_requests",
        "api_request",
        "api_take_next",
        "api_record_heartbeat",
        "api_events",
        "api_feedback",
        "api_traces",
        "api_trace",
        "api_import_traces",
    }
    assert len(acts) == len(AGENT_ACTS) + len(PEOPLE_ACTS)


@pytest.mark.parametrize("act", AGENT_ACTS)
def test_another_systems_request_does_not_exist_for_an_agent(system, act):
    ask = make_ask(system)
    stranger = agent_client(make_key(make_asking_system("other-agent"))[1])
    response = stranger.post(url_of(ask.pk, act), AGENT_ACTS[act], format="json")
    assert code_of(response, 404) == "not_found"
    assert code_of(stranger.get(url_of(ask.pk, "")), 404) == "not_found"
    assert untouched(ask)


@pytest.mark.parametrize("act", PEOPLE_ACTS)
def test_an_agent_never_does_what_people_do(agent, system, act):
    ask = make_ask(system)
    response = agent.post(url_of(ask.pk, act), PEOPLE_ACTS[act], format="json")
    assert code_of(response, 403) == "not_allowed"
    assert untouched(ask)


@pytest.mark.parametrize("act", AGENT_ACTS)
def test_a_person_never_does_what_agents_do(lead, api_for, system, act):
    make_queue(lead)
    ask = make_ask(system)
    response = api_for(lead).post(url_of(ask.pk, act), AGENT_ACTS[act], format="json")
    assert code_of(response, 403) == "not_allowed"
    assert untouched(ask)


def test_a_person_does_not_ask_and_an_agent_does_not_list(lead, agent, api_for, system):
    response = api_for(lead).post("/api/v1/requests", asking(), format="json")
    assert code_of(response, 403) == "not_allowed"
    assert code_of(agent.get("/api/v1/requests"), 403) == "not_allowed"
    assert code_of(agent.post("/api/v1/queues/general/next"), 403) == "not_allowed"


@pytest.mark.parametrize("act", PEOPLE_ACTS)
def test_a_request_of_another_queue_is_not_there(lead, api_for, system, act):
    ask = make_ask(system)
    response = api_for(lead).post(url_of(ask.pk, act), PEOPLE_ACTS[act], format="json")
    assert code_of(response, 404) == "not_found"
    assert code_of(api_for(lead).get(url_of(ask.pk, "")), 404) == "not_found"
    assert untouched(ask)


def test_the_next_of_another_queue_is_not_there(lead, api_for, system):
    make_queue(slug="elsewhere")
    response = api_for(lead).post("/api/v1/queues/elsewhere/next")
    assert code_of(response, 404) == "not_found"


@pytest.mark.parametrize("act", PEOPLE_ACTS)
def test_who_may_only_look_changes_nothing(auditor, api_for, system, act):
    make_queue(auditor)
    ask = make_ask(system)
    response = api_for(auditor).post(
        url_of(ask.pk, act), PEOPLE_ACTS[act], format="json"
    )
    assert code_of(response, 403) == "not_allowed"
    assert untouched(ask)


def test_a_request_that_never_was_is_not_there(agent, system):
    for act, body in {"": None, **AGENT_ACTS}.items():
        url = url_of(uuid4(), act)
        call = agent.get(url) if body is None else agent.post(url, body, format="json")
        assert code_of(call, 404) == "not_found"


def test_keys_that_do_not_open_the_door(system):
    wrong = agent_client(make_key(system, scopes=["traces"])[1])
    assert code_of(wrong.get(url_of(uuid4(), "")), 403) == "wrong_scope"
    key, secret = make_key(system)
    revoke_key(key, actor=Actor.of_process("test"))
    revoked = agent_client(secret)
    sent = revoked.post("/api/v1/requests", asking(), format="json")
    assert code_of(sent, 401) == "key_revoked"
    unknown = agent_client("rva_" + "x" * 43)
    assert code_of(unknown.get(url_of(uuid4(), "")), 401) == "key_unknown"
    nobody = APIClient()
    assert code_of(nobody.get(url_of(uuid4(), "")), 401) == "not_authenticated"
    assert not ActionRequest.objects.exists()


def test_a_session_needs_its_csrf_token(reviewer, client_for, system):
    make_queue(reviewer)
    ask = make_ask(system)
    browser = client_for(reviewer, enforce_csrf_checks=True)
    response = browser.post(url_of(ask.pk, "claim"))
    assert code_of(response, 403) == "csrf_failed"
    assert browser.get(url_of(ask.pk, "")).status_code == 200


def test_only_leads_take_over(system, api_for, lead, reviewer):
    make_queue(lead, reviewer)
    ask = make_ask(system)
    response = api_for(reviewer).post(url_of(ask.pk, "take-over"))
    assert code_of(response, 403) == "not_allowed"
    api_for(reviewer).post(url_of(ask.pk, "claim"))
    taken = api_for(lead).post(url_of(ask.pk, "take-over"))
    assert taken.json()["claim"]["person"] == str(lead)


def test_nobody_decides_what_they_asked_for(system, api_for):
    asker = make_person(Role.REVIEWER, name="Rosa Asker")
    make_queue(asker)
    ask = make_ask(system, on_behalf_of=asker.email)
    response = api_for(asker).post(
        url_of(ask.pk, "decide"), PEOPLE_ACTS["decide"], format="json"
    )
    assert code_of(response, 403) == "own_request"
