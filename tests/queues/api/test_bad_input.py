"""Whatever is sent: refused with a code and nothing stored, or taken as it is."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils import timezone

from queues.effective import open_contents, open_headline
from queues.models import ActionRequest
from reviewapp.core.models import Event
from reviewapp.core.words import Keyring
from tests.queues.api.conftest import asking, asking_everything

pytestmark = pytest.mark.django_db

URL = "/api/v1/requests"
RTL, ZERO_WIDTH = "safe\u202egnihton", "pay\u200bpal"
HTML = "<script>alert(1)</script>"


def texts_in(value, path=()):
    """Every place of a body that holds text."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for name, inner in pairs:
            yield from texts_in(inner, (*path, name))


def with_text(path, text):
    body = deepcopy(asking_everything())
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = text
    return body


TEXTS = list(texts_in(asking_everything()))
# Free text, and what is the agent's own JSON: taken as it is.
FREE = {
    ("action", "summary"),
    ("action", "diff", 0, "path"),
    ("action", "diff", 0, "before"),
    ("action", "diff", 0, "after"),
    ("action", "arguments", "reservation"),
    ("undo", "arguments", "reservation"),
    ("justification",),
    ("reasoning",),
    ("evidence", 0, "name"),
    ("evidence", 0, "source"),
    ("evidence", 0, "value", "state"),
    ("preconditions", 0, "name"),
    ("preconditions", 0, "fingerprint"),
}
# A schema is checked as a whole; its own tests are below.
BOUND = [p for p in TEXTS if p not in FREE and p[:2] != ("action", "schema")]


def dotted(path):
    return ".".join(str(step) for step in path)


def assert_refused(response, status=400, code="invalid"):
    """A problem with a code, and no trace of the call."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert problem["detail"]
    assert not ActionRequest.objects.exists()
    assert not Event.objects.filter(verb__startswith="request.").exists()
    return problem


def post_raw(agent, body):
    return agent.post(URL, body, content_type="application/json")


def test_the_whole_contract_is_taken(agent):
    response = agent.post(URL, asking_everything(), format="json")
    assert response.status_code == 201, response.content


@pytest.mark.parametrize("path", TEXTS, ids=dotted)
def test_nul_and_half_characters_are_refused_by_name(agent, path):
    for hostile in ('"a\\u0000b"', '"a\\ud800b"'):
        body = json.dumps(with_text(path, "@here@")).replace('"@here@"', hostile)
        problem = assert_refused(post_raw(agent, body))
        assert list(problem["errors"]) == [dotted(path)]


@pytest.mark.parametrize("path", BOUND, ids=dotted)
def test_signs_that_hide_or_turn_text_are_refused_in_names(agent, path):
    for hostile in (RTL, ZERO_WIDTH, "a\nb", "x" * 100_001):
        response = agent.post(URL, with_text(path, hostile), format="json")
        problem = assert_refused(response)
        assert list(problem["errors"]) == [dotted(path)]


@pytest.mark.parametrize("path", sorted(FREE, key=dotted), ids=dotted)
def test_free_text_is_taken_exactly_as_it_is(agent, path):
    text = f"{HTML}{RTL} \n{ZERO_WIDTH}"
    told = agent.post(URL, with_text(path, text), format="json")
    assert told.status_code == 201, told.content
    ask = ActionRequest.objects.get(pk=told.json()["id"])
    keyring = Keyring.of([ask.pk])
    kept = [open_contents(ask, keyring), open_headline(ask, keyring)]
    if path != ("preconditions", 0, "fingerprint"):  # only ever compared: a digest
        assert any(text in texts_of(words.as_json()) for words in kept)


def texts_of(value):
    for path in texts_in(value):
        place = value
        for step in path:
            place = place[step]
        yield place


LONGEST = {"action.summary": 500, "justification": 20_000, "reasoning": 100_000}


@pytest.mark.parametrize("path", LONGEST)
def test_free_text_has_its_bound(agent, path):
    body = with_text(tuple(path.split(".")), "x" * (LONGEST[path] + 1))
    assert list(assert_refused(agent.post(URL, body, format="json"))["errors"]) == [
        path
    ]


# Any value of the wrong JSON type, at every place of the body.
WRONG_TYPES = [None, True, 7, 1.5, "text", [], ["x"], {}, {"x": 1}]


@pytest.mark.parametrize("name", sorted(asking_everything()))
def test_wrong_types_are_refused_by_name(agent, name):
    right = type(asking_everything()[name])
    for value in WRONG_TYPES:
        if type(value) is right:
            continue
        problem = assert_refused(
            agent.post(URL, asking_everything() | {name: value}, format="json")
        )
        assert {place.partition(".")[0] for place in problem["errors"]} == {name}


@pytest.mark.parametrize(
    "body",
    [
        asking(strange=1),
        asking(action={"tool": "t", "arguments": {}, "strange": 1}),
        asking(impact={"strange": 1}),
        asking(evidence=[{"name": "n", "value": 1, "strange": 1}]),
    ],
    ids=["top", "action", "impact", "evidence"],
)
def test_unknown_fields_are_named(agent, body):
    problem = assert_refused(agent.post(URL, body, format="json"))
    assert all(place.endswith("strange") for place in problem["errors"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "invalid"),
        ("{", "malformed_json"),
        ("{'a': 1}", "malformed_json"),
        ('{"a": NaN}', "malformed_json"),
        ('{"a": 1, "a": 2}', "malformed_json"),
        (b'{"a": "\xff"}', "malformed_json"),
        ('{"a": ' + "9" * 400 + "}", "invalid"),
        ("[]", "invalid"),
        ("null", "invalid"),
        ('"text"', "invalid"),
        ("7", "invalid"),
    ],
)
def test_malformed_json_is_refused(agent, body, code):
    assert_refused(post_raw(agent, body), code=code)


def test_ten_megabytes_are_too_large(agent):
    body = asking(action={"tool": "t", "arguments": {"x": "x" * 10_000_000}})
    assert_refused(agent.post(URL, body, format="json"), 413, "too_large")


def test_arguments_have_a_limit_of_their_own(agent, system):
    body = asking(action={"tool": "t", "arguments": {"x": "x" * 300_000}})
    problem = assert_refused(agent.post(URL, body, format="json"))
    assert list(problem["errors"]) == ["action.arguments"]
    system.arguments_limit_bytes = 400_000
    system.save()
    assert agent.post(URL, body, format="json").status_code == 201


def test_a_system_may_have_a_larger_body(agent, system):
    system.body_limit_bytes = system.arguments_limit_bytes = 4 * 1024 * 1024
    system.save()
    body = asking(action={"tool": "t", "arguments": {"x": "x" * 2_000_000}})
    assert agent.post(URL, body, format="json").status_code == 201


def test_deep_nesting_is_refused(agent):
    for depth in (40, 100_000):
        nested = "[" * depth + "]" * depth
        body = '{"action": {"tool": "t", "arguments": {"x": ' + nested + "}}}"
        assert_refused(post_raw(agent, body), code="too_deep")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"decide_within_s": 0}, "decide_within_s"),
        ({"execute_within_s": -5}, "execute_within_s"),
        ({"report_within_s": 10**15}, "report_within_s"),
        ({"impact": {"amount": "-1"}}, "impact.amount"),
        ({"impact": {"amount": "1e9"}}, "impact.amount"),
        ({"impact": {"amount": "NaN"}}, "impact.amount"),
        ({"impact": {"amount": "1.23456"}}, "impact.amount"),
        ({"impact": {"amount": "\uff19"}}, "impact.amount"),
        ({"impact": {"currency": "euro"}}, "impact.currency"),
        ({"impact": {"records": -1}}, "impact.records"),
        ({"trace_id": "0AF7651916CD43DD8448EB211C80319C"}, "trace_id"),
        ({"span_id": "b7ad"}, "span_id"),
        ({"run_id": "run 1"}, "run_id"),
        ({"allowed": []}, "allowed"),
        ({"allowed": ["approve", "approve"]}, "allowed"),
        ({"allowed": ["maybe"]}, "allowed.0"),
        ({"queue": "nowhere"}, "queue"),
        ({"callback_url": "ftp://hooks.example.com/"}, "callback_url"),
        ({"callback_url": "https://elsewhere.example.com/"}, "callback_url"),
        ({"undo": {"tool": "t"}}, "undo.arguments"),
        ({"key": ""}, "key"),
        ({"preconditions": [{"name": "a", "fingerprint": "1"}] * 2}, "preconditions"),
        ({"evidence": [{"name": "a", "value": 1}] * 2}, "evidence"),
        ({"evidence": [{"name": str(n), "value": 1} for n in range(51)]}, "evidence"),
        ({"evidence": [{"name": "a"}]}, "evidence.0.value"),
        ({"evidence": [{"name": "a", "value": "x" * 20_000}]}, "evidence.0.value"),
    ],
    ids=str,
)
def test_values_out_of_bounds_are_refused_by_name(agent, change, place):
    problem = assert_refused(agent.post(URL, asking(**change), format="json"))
    assert list(problem["errors"]) == [place]


@pytest.mark.parametrize(
    "moment",
    [
        timedelta(days=1),
        timedelta(minutes=6),
        "1999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00",  # whose midnight?
        "2026-01-01",
        "yesterday",
        "",
    ],
    ids=str,
)
def test_impossible_times_of_observation_are_refused(agent, moment):
    if isinstance(moment, timedelta):
        moment = (timezone.now() + moment).isoformat()
    fact = {"name": "a", "value": 1, "observed_at": moment}
    problem = assert_refused(agent.post(URL, asking(evidence=[fact]), format="json"))
    assert list(problem["errors"]) == ["evidence.0.observed_at"]


def test_a_clock_that_is_a_little_ahead_is_forgiven(agent):
    soon = (timezone.now() + timedelta(minutes=4)).isoformat()
    fact = {"name": "a", "value": 1, "observed_at": soon}
    response = agent.post(URL, asking(evidence=[fact]), format="json")
    assert response.status_code == 201, response.content


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "nonsense"},
        {"$ref": "https://example.com/schema.json"},
        {"$ref": "file:///etc/passwd"},
        {"properties": {"x": {"pattern": "("}}},
        {"description": "x" * 70_000},
    ],
    ids=["type", "remote", "file", "pattern", "large"],
)
def test_an_unusable_schema_is_refused(agent, schema):
    action = {"tool": "t", "arguments": {}, "schema": schema}
    problem = assert_refused(agent.post(URL, asking(action=action), format="json"))
    assert list(problem["errors"]) == ["action.schema"]


def test_arguments_that_break_their_own_schema_are_refused(agent):
    schema = {"type": "object", "properties": {"limit": {"type": "integer"}}}
    action = {"tool": "t", "arguments": {"limit": "many"}, "schema": schema}
    problem = assert_refused(agent.post(URL, asking(action=action), format="json"))
    assert problem["errors"]["action.arguments"][0].startswith("limit: ")


def test_a_pattern_that_backtracks_keeps_nobody_busy(agent):
    schema = {"properties": {"x": {"pattern": "^(a|aa)+(?=b)$"}}}
    action = {"tool": "t", "arguments": {"x": "a" * 5000 + "!"}, "schema": schema}
    assert_refused(agent.post(URL, asking(action=action), format="json"))


def test_another_media_type_is_refused(agent):
    response = agent.post(URL, "<a/>", content_type="text/xml")
    assert_refused(response, 415, "unsupported_media_type")


@pytest.mark.parametrize("key", ["x" * 201, "a\u202eb", "\u00e9\u200b"])
def test_a_hostile_key_in_the_header_is_refused(agent, key):
    body = asking()
    del body["key"]
    assert_refused(agent.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY=key))
