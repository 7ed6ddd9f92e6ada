"""Runs over the API: by tier, exactly as docs/api.md says."""

from __future__ import annotations

import pytest

from reviewapp.core.models import Event
from tests.builders import agent_client, make_key, make_system
from tests.traces.refund_run import make_refund_run, replay_of
from tests.traces.stored import forget_words, store, store_run
from traces.models import TierRaise, Trace

LIST = "/api/v1/traces"
ID = "ab" * 16
# What a tier reads, class by class.
CLARITIES = {
    "auditor": (0, "none", "none", "none"),
    "lead": (0, "none", "none", "none"),
    "reviewer": (0, "none", "none", "none"),
    "risk_owner": (0, "none", "none", "none"),
    "risk_manager": (0, "none", "none", "none"),
    "support": (1, "masked", "masked", "none"),
    "support_lead": (2, "masked", "masked", "masked"),
    "engineer": (3, "clear", "clear", "masked"),
    "commander": (3, "clear", "clear", "masked"),
    "privacy_officer": (4, "clear", "clear", "clear"),
}


@pytest.fixture
def trace(db) -> Trace:
    spans = make_refund_run()
    trace = store(spans, make_system("shop"))
    store([replay_of(spans[-1], "I am sorry, it failed.")], trace.system)
    return trace


def read(client, **query):
    answer = client.get(f"{LIST}/{ID}", query)
    assert answer.status_code == 200, answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def parts_of(body):
    return [part for span in body["spans"] for part in span["parts"]]


def ids(answer):
    assert answer.status_code == 200, answer.json()
    return [row["trace_id"] for row in answer.json()["results"]]


@pytest.mark.parametrize("role", CLARITIES)
def test_each_role_reads_its_tier(role, request, api_for, trace):
    body = read(api_for(request.getfixturevalue(role)))
    tier, *clarities = CLARITIES[role]
    assert body["tier"] == tier
    wanted = dict(
        zip(
            ("dialogue", "tools", "reasoning", "opaque"),
            [*clarities, "none"],
            strict=True,
        )
    )
    for part in parts_of(body):
        assert part["clarity"] == wanted[part["class"]]
        assert ("text" in part) == (part["clarity"] != "none")
        assert ("digest" in part) == (part["class"] == "opaque")


def test_the_shape_is_told_in_full(auditor, api_for, trace):
    body = read(api_for(auditor))
    assert set(body) >= {"state", "completeness", "findings", "missing", "system"}
    assert (body["trace_id"], body["system"]) == (ID, "shop")
    assert (body["state"], body["missing"]) == ("partial", ["0000000000000063"])
    assert body["findings"] == []
    assert "subject_ref" not in body
    assert "conversation_id" not in body
    call = next(s for s in body["spans"] if s["span_id"] == "0000000000000002")
    assert call["parent_id"] == "0000000000000001"
    assert (call["kind"], call["turn"], call["finish"]) == ("llm", 1, ["tool_use"])
    assert call["usage"]["reasoning"] == 310
    assert call["start"] == "2026-11-20T12:00:01Z"
    thought = next(p for p in call["parts"] if p["class"] == "reasoning")
    assert (thought["fidelity"], thought["length"]) == ("summary", 142)


def test_masks_are_typed_tokens(support_lead, api_for, trace):
    body = read(api_for(support_lead))
    texts = " ".join(part.get("text", "") for part in parts_of(body))
    assert "Hi, I am Mara ([EMAIL-1])" in texts
    assert "The customer [EMAIL-1] wants" in texts
    assert "mara@example.com" not in texts
    assert body["subject_ref"] == "customer-88"


def test_replays_stand_beside_their_span(engineer, api_for, trace):
    body = read(api_for(engineer))
    last = next(s for s in body["spans"] if s["span_id"] == "0000000000000007")
    assert last["replays"][0]["parts"][0]["text"] == "I am sorry, it failed."


def test_the_reading_is_in_the_log(support, api_for, trace):
    read(api_for(support))
    event = Event.objects.get(verb="trace.words_opened")
    assert (event.facts["door"], event.facts["tier"]) == ("api", 1)
    assert event.credential.startswith("token ")


def test_naming_a_reference_raises_support_and_is_logged(support, api_for, trace):
    client = api_for(support)
    body = read(client, support_ref="T-4711")
    assert (body["tier"], body["why"]) == (2, "reference")
    assert body["until"]
    assert Event.objects.get(verb="tier.raised").facts["why"] == "reference"
    # It runs on without being named again.
    assert read(client)["tier"] == 2


def test_it_raises_nobody_else(auditor, reviewer, api_for, trace):
    for person in (auditor, reviewer):
        assert read(api_for(person), support_ref="T-4711")["tier"] == 0
    assert not TierRaise.objects.exists()


def test_the_same_reference_for_somebody_else_is_refused(support, api_for, trace):
    client = api_for(support)
    store_run(trace.system, "cd" * 16, subject="somebody else", conversation="9")
    read(client, support_ref="T-4711")
    answer = client.get(f"{LIST}/{'cd' * 16}", {"support_ref": "T-4711"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "reference_bound"


def test_words_that_are_gone_have_no_text(privacy_officer, api_for, trace):
    forget_words(trace)
    assert all("text" not in part for part in parts_of(read(api_for(privacy_officer))))


@pytest.mark.parametrize("trace_id", ["cd" * 16, "ab", "zz" * 16, "ab" * 17])
def test_what_is_not_there_is_not_found(engineer, api_for, trace, trace_id):
    assert api_for(engineer).get(f"{LIST}/{trace_id}").status_code == 404


def test_capitals_do_not_matter(engineer, api_for, trace):
    assert api_for(engineer).get(f"{LIST}/{ID.upper()}").status_code == 200


def test_of_two_systems_with_one_id_one_is_named(engineer, api_for, trace):
    other = store(make_refund_run(), make_system("twin"))
    client = api_for(engineer)
    answer = client.get(f"{LIST}/{ID}")
    assert (answer.status_code, answer.json()["code"]) == (409, "several_traces")
    assert read(client, system="twin")["url"].endswith(f"/traces/{other.pk}/")


def test_unknown_parameters_are_refused(engineer, api_for, trace):
    client = api_for(engineer)
    for address in (LIST, f"{LIST}/{ID}"):
        answer = client.get(address, {"reasoning": "refund"})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_an_agent_reads_nothing_not_even_its_own(trace):
    _, secret = make_key(trace.system)
    for address in (LIST, f"{LIST}/{ID}"):
        assert agent_client(secret).get(address).status_code == 403


def test_an_administrator_reads_nothing(admin, api_for, trace):
    assert api_for(admin).get(f"{LIST}/{ID}").status_code == 403


# The list


def test_the_list_tells_figures_and_no_word(support, api_for, trace):
    answer = api_for(support).get(LIST)
    (row,) = answer.json()["results"]
    assert (row["trace_id"], row["tier"], row["spans"]) == (ID, 1, 7)
    assert (row["state"], row["replays"], row["turns"]) == ("partial", 1, 3)
    assert "customer-88" not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ({"conversation_id": "conversation 7"}, True),
        ({"subject_ref": "CUSTOMER-88 "}, True),
        ({"subject_ref": "conversation 7"}, False),
        ({"conversation_id": "customer-88"}, False),
        ({"subject_ref": "customer"}, False),
        ({"system": "shop"}, True),
        ({"system": "other"}, False),
        ({"since": "2026-11-20T11:00:00Z"}, True),
        ({"since": "2026-11-20T13:00:00Z"}, False),
        ({"until": "2026-11-20T11:00:00Z"}, False),
        ({"state": "partial"}, True),
        ({"state": "open"}, False),
    ],
)
def test_the_list_is_narrowed(support, api_for, trace, query, finds):
    assert ids(api_for(support).get(LIST, query)) == ([ID] if finds else [])


@pytest.mark.parametrize("name", ["conversation_id", "subject_ref"])
@pytest.mark.parametrize("value", ["customer-88", "conversation 7", "nobody"])
def test_who_may_not_read_references_cannot_search_by_them(
    auditor, api_for, trace, name, value
):
    answer = api_for(auditor).get(LIST, {name: value})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_looking_somebody_up_is_in_the_log(support, api_for, trace):
    api_for(support).get(LIST, {"subject_ref": "customer-88"})
    assert Event.objects.get(verb="traces.looked_up").facts["found"] == 1


def test_a_reference_named_with_the_list_counts_for_what_it_finds(
    support, api_for, trace
):
    query = {"subject_ref": "customer-88", "support_ref": "T-4711"}
    (row,) = api_for(support).get(LIST, query).json()["results"]
    assert row["tier"] == 2


def test_pages_go_by_key(engineer, api_for):
    system = make_system()
    for number in range(1, 4):
        store_run(system, f"{number:032x}")
    client = api_for(engineer)
    first = client.get(LIST, {"limit": 2})
    rest = client.get(LIST, {"limit": 2, "cursor": first.json()["next"]})
    assert (len(ids(first)), len(ids(rest))) == (2, 1)
    assert not set(ids(first)) & set(ids(rest))
    assert rest.json()["next"] is None


def test_twenty_cost_what_two_do(support, api_for, django_assert_max_num_queries):
    system, client = make_system(), api_for(support)
    for number in (1, 2):
        store_run(system, f"{number:032x}")
    client.get(LIST)
    with django_assert_max_num_queries(20) as few:
        client.get(LIST)
    for number in range(3, 21):
        store_run(system, f"{number:032x}")
    with django_assert_max_num_queries(len(few)):
        assert len(ids(client.get(LIST))) == 20
