"""The generated contract and the written one agree."""

import re
from pathlib import Path

import pytest
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

REQUESTS = "/api/v1/requests"
ONE = REQUESTS + "/{ask_id}"
ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "api.md"
WRITTEN = ROOT.parent / "shared" / "design" / "api.md"

# Who may call, what must be sent, and what every answer holds: docs/api.md, "Requests".
AGENT, PEOPLE = {"agentKey"}, {"personalToken", "session"}
CALLS = {
    ("post", REQUESTS): (AGENT, {"action", "environment", "reversibility"}),
    ("get", REQUESTS): (PEOPLE, set()),
    ("get", ONE): (AGENT | PEOPLE, set()),
    ("get", "/api/v1/events"): (AGENT, set()),
    ("post", "/api/v1/instances/heartbeat"): (AGENT, {"instance", "environment"}),
    ("post", ONE + "/withdraw"): (AGENT, set()),
    ("post", ONE + "/preconditions"): (AGENT, set()),
    ("post", ONE + "/redeem"): (AGENT, {"attempt"}),
    ("post", ONE + "/outcome"): (AGENT, {"status"}),
    ("post", ONE + "/ack"): (AGENT, set()),
    ("post", "/api/v1/queues/{slug}/next"): (PEOPLE, set()),
    ("post", ONE + "/claim"): (PEOPLE, set()),
    ("post", ONE + "/release"): (PEOPLE, set()),
    ("post", ONE + "/take-over"): (PEOPLE, set()),
    ("post", ONE + "/defer"): (PEOPLE, {"until"}),
    ("post", ONE + "/escalate"): (PEOPLE, set()),
    ("post", ONE + "/decide"): (PEOPLE, {"verdict", "version"}),
    ("post", ONE + "/revoke"): (PEOPLE, set()),
    ("post", ONE + "/settle"): (PEOPLE, {"as"}),
    ("post", ONE + "/notes"): (PEOPLE, {"text"}),
    ("post", ONE + "/merge"): (PEOPLE, {"lookalike"}),
    ("post", ONE + "/compensate"): (PEOPLE, set()),
    ("post", "/api/v1/feedback"): (AGENT, set()),
    ("get", "/api/v1/traces"): (PEOPLE, set()),
    ("get", "/api/v1/traces/{trace_id}"): (PEOPLE, set()),
}
# Every field of the written contract, by the component that holds it.
FIELDS = {
    "RequestGiven": """action run_id trace_id span_id conversation_id subject_ref
        on_behalf_of credential environment justification reasoning impact
        reversibility undo evidence preconditions allowed queue decide_within_s
        execute_within_s report_within_s on_timeout callback_url estimate synthetic
        key""",
    "Action": "tool arguments summary schema diff",
    "Change": "path before after",
    "Impact": "amount currency records recipients",
    "Undo": "tool arguments",
    "EvidenceGiven": "name value observed_at max_age_s source",
    "PreconditionGiven": "name fingerprint",
    "Estimate": "tokens seconds cost",
    "Redemption": "attempt arguments_digest preconditions",
    "Refresh": "preconditions evidence",
    "OutcomeGiven": "status result effects usage",
    "EffectGiven": "system ref",
    "FeedbackGiven": """trace_id conversation_id subject_ref label score source
        comment""",
    "RulingGiven": "verdict arguments reason_code comment version",
}
# What an answer may not lack; fields may be added.
ANSWERS = {
    "Answer": """id status queue risk_class policy_version expires_at expected_wait_s
        position url decided_by decision""",
    "DecisionTold": """verdict arguments arguments_digest message reason_code decided_at
        decided_by execute_before""",
    "Leave": "grant_id arguments execute_before",
    "CardShown": "version reason_codes claim",
}


@pytest.fixture(scope="module")
def schema():
    return SchemaGenerator().get_schema(request=None, public=True)


def resolved(schema, node):
    reference = node.get("$ref", "")
    return (
        schema["components"]["schemas"][reference.rpartition("/")[2]]
        if reference
        else node
    )


def test_the_document_is_sound(schema):
    validate_schema(schema)


@pytest.mark.parametrize("call", CALLS, ids="{0[0]} {0[1]}".format)
def test_every_call_is_documented(schema, call):
    callers, required = CALLS[call]
    method, path = call
    operation = schema["paths"][path][method]
    assert operation["description"]
    assert {scheme for one in operation["security"] for scheme in one} == callers
    body = operation.get("requestBody")
    if required:
        sent = resolved(schema, body["content"]["application/json"]["schema"])
        assert set(sent["required"]) == required
    problem = operation["responses"]["default"]["content"]
    assert list(problem) == ["application/problem+json"]


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_taken_is_what_is_written(schema, name):
    fields = schema["components"]["schemas"][name]["properties"]
    assert set(fields) == set(FIELDS[name].split())


@pytest.mark.parametrize("name", ANSWERS)
def test_no_answer_lacks_what_is_promised(schema, name):
    component = schema["components"]["schemas"][name]
    assert set(ANSWERS[name].split()) <= set(component["required"])


def test_no_call_of_requests_is_undocumented_here(schema):
    ours = {
        (method, path)
        for path, methods in schema["paths"].items()
        for method in methods
        if path.startswith(("/api/v1/requests", "/api/v1/queues"))
    }
    assert ours <= CALLS.keys()


def calls_in(text):
    """Every `POST /api/v1/…` of a page, in the generated document's words."""
    found = re.findall(r"`(GET|POST) (/api/v1/[a-z_/{}-]+)", text)
    return {(verb.lower(), path.replace("{id}", "{ask_id}")) for verb, path in found}


def test_the_page_on_the_api_names_these_calls_and_no_other():
    assert calls_in(PAGE.read_text()) == CALLS.keys()


@pytest.mark.skipif(not WRITTEN.exists(), reason="the written contract is not here")
def test_the_written_contract_names_no_other_call():
    section = WRITTEN.read_text().partition("## Requests")[2].partition("\n## ")[0]
    acts = set(re.findall(r"`(?:POST …/\{id\})?/([a-z-]+)`", section))
    assert acts
    assert acts <= {path.rpartition("/")[2] for _, path in CALLS}
    assert calls_in(section) <= CALLS.keys()
