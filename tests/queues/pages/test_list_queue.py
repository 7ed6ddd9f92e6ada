"""The queue's page: what is listed, for whom, in which order, at which cost."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.models import ActionRequest, Status
from queues.services.claims import claim_request, defer_request, escalate_request
from queues.services.decisions import decide_request
from queues.submissions import EvidenceItem
from tests.builders import actor_of_person, make_credential
from tests.queues.builders import make_ask, make_asking_system, make_queue, ruling
from tests.queues.pages.costs import count_queries
from tests.queues.pages.erasing import erase

pytestmark = pytest.mark.django_db


@pytest.fixture
def show(client_for):
    def get(person, **query):
        return client_for(person).get(reverse("queue"), query)

    return get


def summaries(page):
    return [row.summary for row in page.context["rows"]]


def test_rows_stand_in_the_order_in_which_to_take_them(reviewer, show):
    make_queue(reviewer)
    make_ask(summary="mild")
    make_ask(tool="delete_records", summary="destroys")
    late = make_ask(summary="escalated")
    escalate_request(late.pk, person=reviewer, actor=actor_of_person(reviewer))
    assert summaries(show(reviewer)) == ["escalated", "destroys", "mild"]


def test_a_row_without_summary_names_tool_and_main_arguments(reviewer, show):
    make_queue(reviewer)
    make_ask(summary="", arguments={"order": "A-1", "deep": {}, "amount": 3, "z": 1})
    assert summaries(show(reviewer)) == [
        "cancel_reservation: order A-1, amount 3, z 1, …"
    ]


def test_reasons_for_a_place_are_words(reviewer, show):
    make_queue(reviewer)
    system = make_asking_system()
    make_credential(system, name="live-db", environment="production")
    ask = make_ask(
        tool="set_label",
        environment="staging",
        credential="live-db",
        evidence=(EvidenceItem("n", 1, timezone.now() - timedelta(hours=1), 60),),
        run_id="one",
    )
    make_ask(
        tool="set_label",
        environment="staging",
        credential="live-db",
        arguments={"reservation": "other"},
    )
    row = next(r for r in show(reviewer).context["rows"] if r.id == ask.pk)
    assert (row.environment, row.elsewhere_words) == ("production", "Says staging")
    assert (row.evidence, row.evidence_detail) == ("stale", "1 of 1")
    assert row.reasons == ("moved up 30 min for its risk",)


def test_the_same_asked_twice_says_so(reviewer, show):
    make_queue(reviewer)
    for run in ("one", "two"):
        make_ask(arguments={"reservation": "R"}, run_id=run)
    assert all("asked 2 times" in row.reasons for row in show(reviewer).context["rows"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"environment": "staging"}, ["in staging"]),
        ({"risk_class": "money"}, ["money"]),
        ({"queue": "other"}, ["elsewhere"]),
        ({"system": "support-agent", "environment": "staging"}, ["in staging"]),
        ({"environment": "nonsense"}, ["elsewhere", "in staging", "money"]),
        ({"show": "nonsense"}, ["elsewhere", "in staging", "money"]),
    ],
)
def test_filters_narrow_and_junk_is_ignored(reviewer, show, query, expected):
    make_queue(reviewer)
    make_queue(reviewer, slug="other")
    make_ask(summary="in staging", environment="staging", tool="set_label")
    make_ask(summary="money", tool="refund")
    make_ask(summary="elsewhere", queue="other")
    assert sorted(summaries(show(reviewer, **query))) == expected


def test_tabs_show_the_parts_of_a_request_s_life(reviewer, reviewer2, show):
    make_queue(reviewer, reviewer2)
    actor = actor_of_person(reviewer)
    held, put_off, done, unsure = (make_ask(summary=s) for s in "abcd")
    claim_request(held.pk, person=reviewer, actor=actor)
    until = timezone.now() + timedelta(minutes=5)
    defer_request(put_off.pk, person=reviewer, actor=actor, until=until)
    decide_request(done.pk, ruling(done), person=reviewer, actor=actor)
    ActionRequest.objects.filter(pk=unsure.pk).update(
        status=Status.UNCERTAIN, decided_at=timezone.now()
    )
    assert summaries(show(reviewer)) == ["a"]
    assert summaries(show(reviewer, show="mine")) == ["a"]
    assert summaries(show(reviewer, show="deferred")) == ["b"]
    assert summaries(show(reviewer, show="uncertain")) == ["d"]
    assert sorted(summaries(show(reviewer, show="decided"))) == ["c", "d"]
    assert summaries(show(reviewer2, show="mine")) == []


def test_other_queues_stay_out_of_sight(reviewer, show):
    make_queue(reviewer, slug="mine")
    make_ask(summary="of others")
    assert summaries(show(reviewer)) == []


def test_an_auditor_sees_every_shape_and_no_word(auditor, show):
    make_queue()
    make_ask(summary="Cancel the trip of Zebediah", subject_ref="Zebediah")
    page = show(auditor)
    assert summaries(page) == ["cancel_reservation"]
    assert "Zebediah" not in page.text
    assert "Claim" not in page.text


def test_erased_words_leave_the_shape(reviewer, show):
    make_queue(reviewer)
    ask = make_ask(summary="gone")
    erase(ask)
    assert summaries(show(reviewer)) == ["cancel_reservation"]


def test_words_of_an_agent_are_shown_as_text(reviewer, show):
    make_queue(reviewer)
    make_ask(summary="<script>alert(1)</script> \u202egnp.exe")
    page = show(reviewer).text
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_the_page_costs_the_same_with_2_rows_and_with_20(reviewer, show):
    make_queue(reviewer)

    def fill(number):
        for _ in range(number):
            make_ask(
                summary="",
                evidence=(EvidenceItem("n", 1, timezone.now()),),
                environment="production",
                tool="delete_records",
            )

    fill(2)
    show(reviewer)
    with count_queries() as few:
        show(reviewer)
    fill(18)
    show(reviewer)
    with count_queries() as many:
        page = show(reviewer)
    assert len(page.context["rows"]) == 20
    assert many() == few()


def test_pages_follow_by_key(reviewer, show, monkeypatch):
    monkeypatch.setattr("queues.views.queue._PAGE", 2)
    make_queue(reviewer)
    for number in range(3):
        make_ask(summary=str(number))
    first = show(reviewer)
    assert summaries(first) == ["0", "1"]
    query = dict(parse_qsl(first.context["older_url"].removeprefix("?")))
    second = show(reviewer, **query)
    assert summaries(second) == ["2"]
    assert second.context["newer_url"]


def test_a_cursor_of_another_list_is_refused(reviewer, show):
    assert show(reviewer, cursor="nonsense").status_code == 400


def test_htmx_gets_the_rows_alone(reviewer, client_for):
    make_queue(reviewer)
    make_ask(summary="only the row")
    page = client_for(reviewer).get(reverse("queue"), headers={"hx-request": "true"})
    assert "only the row" in page.text
    assert "<html" not in page.text


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({}, "Nothing waits"),
        ({"environment": "staging"}, "Nothing fits this filter"),
        ({"show": "mine"}, "You hold nothing"),
        ({"show": "deferred"}, "Nothing is put off"),
        ({"show": "uncertain"}, "Nothing to settle"),
        ({"show": "decided"}, "Nothing was decided yet"),
    ],
)
def test_an_empty_list_says_why(reviewer, show, query, title):
    make_queue(reviewer)
    assert title in show(reviewer, **query).text


def test_who_is_in_no_queue_is_told_so(reviewer, show):
    assert "You are in no queue yet" in show(reviewer).text


def test_the_number_in_the_navigation(reviewer, client_for):
    make_queue(reviewer)
    client = client_for(reviewer)
    assert client.get(reverse("queue_count")).text.strip() == ""
    make_ask()
    assert client.get(reverse("queue_count")).text.strip().startswith("1")
