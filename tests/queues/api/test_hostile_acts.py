"""Hostile bodies on every act, by whoever may do it: refused, and nothing changed."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from queues.models import ActionRequest
from reviewapp.core.models import Event
from tests.queues.api.test_bad_input import RTL, dotted, texts_in
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db

FACT = {
    "name": "state",
    "value": {"is": "open"},
    "observed_at": "2026-01-01T00:00:00Z",
    "source": "bookings",
}
STATE = {"name": "reservation", "fingerprint": "etag"}
AGENTS = {
    "withdraw": {},
    "preconditions": {"preconditions": [STATE], "evidence": [FACT]},
    "redeem": {
        "attempt": "a",
        "arguments_digest": "0" * 64,
        "preconditions": [STATE],
    },
    "outcome": {
        "status": "succeeded",
        "result": {"said": "done"},
        "effects": [{"system": "crm", "ref": "R-1"}],
        "usage": {"cost": "0.10"},
    },
    "ack": {"instance": "worker-1"},
}
PEOPLE = {
    "claim": {},
    "release": {},
    "take-over": {},
    "defer": {"until": "2030-01-01T00:00:00Z"},
    "escalate": {},
    "decide": {
        "verdict": "edit",
        "version": 1,
        "arguments": {"reservation": "R-2"},
        "reason_code": "wrong_target",
        "comment": "The other one.",
    },
    "revoke": {},
    "notes": {"text": "Look."},
    "merge": {"lookalike": "0195c7a0-5f0e-4f44-9d0a-6f9f2f3f1b11"},
    "settle": {"as": "happened"},
    "compensate": {},
}
ACTS = AGENTS | PEOPLE
# Free text and the agent's own JSON: hostile signs are kept and shown, not refused.
FREE = {
    ("decide", "comment"),
    ("decide", "arguments", "reservation"),
    ("notes", "text"),
    ("preconditions", "preconditions", 0, "name"),
    ("preconditions", "preconditions", 0, "fingerprint"),
    ("preconditions", "evidence", 0, "name"),
    ("preconditions", "evidence", 0, "value", "is"),
    ("preconditions", "evidence", 0, "source"),
    ("redeem", "preconditions", 0, "name"),
    ("redeem", "preconditions", 0, "fingerprint"),
    ("outcome", "result", "said"),
}
TEXTS = [(act, *path) for act, body in ACTS.items() for path in texts_in(body)]
BOUND = [path for path in TEXTS if path not in FREE]


@pytest.fixture
def attempt(agent, system, lead, api_for):
    """Send a body to an act on a pending request; assert that it changes nothing."""
    make_queue(lead)
    ask = make_ask(system)
    people = api_for(lead)
    people.get("/api/v1/requests")  # notes the token's use

    def send(act, body, status=400):
        before = _rows(ask), Event.objects.count()
        client = agent if act in AGENTS else people
        url = f"/api/v1/requests/{ask.pk}/{act}"
        response = client.post(url, body, content_type="application/json")
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        assert (_rows(ask), Event.objects.count()) == before
        return response.json()

    return send


def _rows(ask):
    return ActionRequest.objects.filter(pk=ask.pk).values().get()


def put(path, marker):
    act, *place = path
    body = deepcopy(ACTS[act])
    inner = body
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = marker
    return json.dumps(body)


@pytest.mark.parametrize("path", TEXTS, ids=dotted)
def test_nul_and_half_characters_are_refused(attempt, path):
    for hostile in ('"a\\u0000b"', '"a\\ud800b"'):
        body = put(path, "@here@").replace('"@here@"', hostile)
        assert list(attempt(path[0], body)["errors"]) == [dotted(path[1:])]


@pytest.mark.parametrize("path", BOUND, ids=dotted)
def test_signs_that_turn_text_are_refused_where_it_names_something(attempt, path):
    for hostile in (RTL, "x" * 100_001):
        errors = attempt(path[0], put(path, hostile))["errors"]
        assert list(errors) == [dotted(path[1:])]


@pytest.mark.parametrize("act", ACTS)
def test_what_is_no_object_or_names_strange_fields_is_refused(attempt, act):
    for body in ("[]", "7", "null", '"text"'):
        attempt(act, body)
    errors = attempt(act, json.dumps(ACTS[act] | {"strange": 1}))["errors"]
    assert list(errors) == ["strange"]
    attempt(act, json.dumps({"x": "x" * 2_000_000}), status=413)
    assert attempt(act, '{"a": ' * 50 + "1" + "}" * 50)["code"] == "too_deep"


@pytest.mark.parametrize(
    ("act", "body", "place"),
    [
        ("defer", {"until": "2020-01-01T00:00:00Z"}, "until"),
        ("defer", {"until": "2030-01-01T00:00:00"}, "until"),
        ("decide", {"verdict": "approve", "version": 2**40}, "version"),
        ("decide", {"verdict": "approve", "version": "1"}, "version"),
        ("decide", {"verdict": "maybe", "version": 1}, "verdict"),
        ("decide", {"verdict": "edit", "version": 1}, "arguments"),
        ("decide", {"verdict": "reject", "version": 1}, "reason_code"),
        ("decide", {"verdict": "answer", "version": 1, "comment": " "}, "comment"),
        ("decide", {"verdict": "approve", "version": 1, "arguments": {}}, "arguments"),
        ("notes", {"text": "  "}, "text"),
        ("notes", {"text": "x" * 2_001}, "text"),
        ("settle", {"as": "perhaps"}, "as"),
        ("merge", {"lookalike": "not an id"}, "lookalike"),
        ("redeem", {"attempt": ""}, "attempt"),
        ("redeem", {"attempt": "a", "arguments_digest": "abc"}, "arguments_digest"),
        ("outcome", {"status": "done"}, "status"),
        ("outcome", {"status": "failed", "usage": {"tokens": -1}}, "usage.tokens"),
        ("outcome", {"status": "failed", "result": "x" * 70_000}, "result"),
    ],
    ids=str,
)
def test_values_out_of_bounds_are_refused_by_name(attempt, act, body, place):
    assert list(attempt(act, json.dumps(body))["errors"]) == [place]
