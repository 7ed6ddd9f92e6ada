"""Who saw this conversation: one page, from the log."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from reviewapp.core.digests import reference_digest
from tests.builders import actor_of_person, make_person, make_system
from tests.queues.pages.costs import count_queries
from tests.traces.keeping.runs import ago, store_aged
from tests.traces.stored import store_run
from traces.glass import Reason
from traces.models import Trace
from traces.services.break_glass import ask_break_glass
from traces.services.expiring import sweep_retention
from traces.services.raises import name_reference

pytestmark = pytest.mark.django_db
ADDRESS = "/access/seen/"


@pytest.fixture
def trace():
    return store_run()


def read_it(client_for, person, trace):
    return client_for(person).get(reverse("show_trace", args=[trace.pk]))


def look_up(client, by, reference):
    answer = client.post(reverse("look_up_seen"), {"by": by, "reference": reference})
    return answer, client.get(answer.headers["Location"])


@pytest.mark.parametrize(
    ("by", "reference"),
    [
        ("conversation", "Conversation 7"),
        ("subject", "mara@example.com "),
        ("trace", "0af7651916cd43dd8448eb211c80319c"),
    ],
)
def test_who_when_and_how_clearly(
    client_for, privacy_officer, engineer, auditor, trace, by, reference
):
    read_it(client_for, engineer, trace)
    read_it(client_for, auditor, trace)
    _, page = look_up(client_for(privacy_officer), by, reference)
    text = page.text
    assert "Edda.Engineer".lower() in text.lower()
    assert "Tier 3" in text
    assert "read words" in text
    assert re.search(r"\d dialogue", text)
    assert "looked at the shape" in text
    assert "Tier 0" in text


def test_the_reference_gets_into_no_address(client_for, privacy_officer, trace):
    answer, page = look_up(client_for(privacy_officer), "subject", "mara@example.com")
    assert "mara" not in answer.headers["Location"]
    assert reference_digest("subject", "mara@example.com") in answer.headers["Location"]
    assert "mara" not in page.text


def test_it_says_under_which_opening(client_for, privacy_officer, support, trace):
    glass = ask_break_glass(
        trace,
        person=support,
        actor=actor_of_person(support),
        reason=Reason.HARM,
        reference="T-1",
        minutes=5,
    )
    read_it(client_for, support, trace)
    _, page = look_up(client_for(privacy_officer), "conversation", "conversation 7")
    assert page.text.count(reverse("show_opening", args=[glass.pk])) == 2
    assert "broke the glass" in page.text


def test_being_lifted_by_a_ticket_is_told(client_for, privacy_officer, support, trace):
    name_reference(trace, "T-1", person=support, actor=actor_of_person(support))
    _, page = look_up(client_for(privacy_officer), "subject", "mara@example.com")
    assert "was lifted" in page.text
    assert "named a ticket or case" in page.text


def test_other_conversations_are_not_told_of(client_for, privacy_officer, engineer):
    store_run()
    other = store_run(make_system(), uuid4().hex, conversation="c-9", subject="jo")
    read_it(client_for, engineer, other)
    _, page = look_up(client_for(privacy_officer), "conversation", "conversation 7")
    assert "Nobody has looked at it" in page.text


def test_an_auditor_looks_up_traces_but_nobody_by_reference(
    client_for, auditor, engineer, trace
):
    """Who may not read references cannot ask by them: the answer would tell."""
    read_it(client_for, engineer, trace)
    client = client_for(auditor)
    _, page = look_up(client, "trace", trace.trace_id.hex)
    assert "read words" in page.text
    refused = client.post(
        reverse("look_up_seen"), {"by": "subject", "reference": "mara@example.com"}
    )
    assert refused.status_code == 422


def test_the_log_outlives_the_trace(client_for, privacy_officer, engineer):
    trace = store_aged(399)
    read_it(client_for, engineer, trace)
    Trace.objects.update(started_at=ago(401), last_arrival_at=ago(401))
    sweep_retention(60)
    assert not Trace.objects.exists()
    _, page = look_up(client_for(privacy_officer), "trace", trace.trace_id.hex)
    assert "edda.engineer@example.org" in page.text
    assert "its structure went" in page.text


@pytest.mark.parametrize("query", ["by=trace&key=junk", "by=subject&key=x", "by=x", ""])
def test_junk_in_the_address_finds_nothing(client_for, privacy_officer, query):
    page = client_for(privacy_officer).get(f"{ADDRESS}?{query}")
    assert page.status_code == 200
    assert not page.context.get("rows")


def test_it_goes_on_page_by_page(client_for, privacy_officer, engineer, trace):
    for _ in range(60):
        read_it(client_for, engineer, trace)
    client = client_for(privacy_officer)
    _, first = look_up(client, "trace", trace.trace_id.hex)
    assert len(first.context["rows"]) == 50
    older = client.get(first.context["older_url"])
    assert len(older.context["rows"]) == 10
    assert "Newer" in older.text


def test_it_costs_the_same_for_two_and_for_twenty(client_for, privacy_officer):
    system, client, costs = make_system(), client_for(privacy_officer), []
    digest = reference_digest("conversation", "conversation 7")
    for number in range(20):
        read_it(client_for, make_person("engineer"), store_run(system, uuid4().hex))
        if number in (1, 19):
            with count_queries() as queries:
                client.get(f"{ADDRESS}?by=conversation&key={digest}")
            costs.append(queries())
    assert costs[0] == costs[1]


def test_the_form_keeps_what_was_looked_for(client_for, privacy_officer, trace):
    _, page = look_up(client_for(privacy_officer), "subject", "mara@example.com")
    assert '<option value="subject" selected>' in page.text
