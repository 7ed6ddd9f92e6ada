"""After the decision: revoke, settle, undo; notes and look-alikes at any time."""

import pytest
from django.urls import reverse

from queues.models import ActionRequest, Note, Outcome, Status
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.submissions import Report
from tests.builders import actor_of_person
from tests.queues.builders import agent_of, make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(reviewer, client_for):
    make_queue(reviewer)
    return client_for(reviewer)


def approve(ask, person):
    decide_request(ask.pk, ruling(ask), person=person, actor=actor_of_person(person))
    return ask


def run(ask, status="succeeded"):
    agent = agent_of(ask.system)
    redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="a")
    report_outcome(ask.pk, Report(status), system=ask.system, actor=agent)


def show(browser, ask):
    return browser.get(reverse("request", args=[ask.pk])).text


def press(browser, name, ask, *more, **fields):
    return browser.post(reverse(name, args=[ask.pk, *more]), fields)


def status_of(ask):
    ask.refresh_from_db()
    return ask.status


def test_an_unused_approval_is_revoked(reviewer, browser):
    ask = approve(make_ask(), reviewer)
    assert "Revoke the approval" in show(browser, ask)
    press(browser, "revoke", ask)
    assert status_of(ask) == Status.VOIDED
    assert "The approval is void: nothing will run" in show(browser, ask)


def test_a_used_approval_is_not_offered_to_revoke(reviewer, browser):
    ask = approve(make_ask(), reviewer)
    run(ask)
    assert "Revoke the approval" not in show(browser, ask)
    assert press(browser, "revoke", ask).status_code == 409


@pytest.mark.parametrize("found", ["happened", "did_not_happen"])
def test_an_unknown_end_is_settled_by_a_person(reviewer, browser, found):
    ask = approve(make_ask(), reviewer)
    run(ask, "uncertain")
    assert "Nobody knows what became of it" in show(browser, ask)
    press(browser, "settle", ask, settlement=found)
    assert status_of(ask) == Status.SETTLED
    assert Outcome.objects.get(ask=ask).settlement == found


def test_settling_takes_one_of_the_answers(reviewer, browser):
    ask = approve(make_ask(), reviewer)
    run(ask, "uncertain")
    assert press(browser, "settle", ask, settlement="maybe").status_code == 400
    assert status_of(ask) == Status.UNCERTAIN


def test_what_ran_is_undone_by_a_request_of_its_own(reviewer, browser):
    undo = {"tool": "restore_reservation", "arguments": {"reservation": "R-1"}}
    ask = approve(make_ask(undo=undo), reviewer)
    run(ask)
    assert "Ask for it to be undone" in show(browser, ask)
    answer = press(browser, "compensate", ask)
    undoing = ActionRequest.objects.get(compensates=ask)
    assert answer.url == reverse("request", args=[undoing.pk])
    page = show(browser, undoing)
    assert "You asked for this, so somebody else decides it." in page
    assert "Ask for it to be undone" not in show(browser, ask)


def test_nothing_is_undone_without_a_plan(reviewer, browser):
    ask = approve(make_ask(), reviewer)
    run(ask)
    assert "Ask for it to be undone" not in show(browser, ask)


def test_a_note_is_for_the_reviewers(reviewer, browser):
    ask = make_ask()
    press(browser, "write_note", ask, text="Ask <b>Priya</b> first.")
    assert Note.objects.get().person == reviewer
    assert "Ask &lt;b&gt;Priya&lt;/b&gt; first." in show(browser, ask)


def test_an_empty_note_is_refused(browser):
    ask = make_ask()
    assert press(browser, "write_note", ask, text=" ").status_code == 400
    assert not Note.objects.exists()


def test_look_alikes_are_offered_to_merge(browser):
    first, second = (
        make_ask(arguments={"reservation": "R"}, run_id=run) for run in ("one", "two")
    )
    page = show(browser, first)
    assert "The same is asked more than once" in page
    assert "Asked 2 times" in page
    press(browser, "merge", first, second.pk)
    second.refresh_from_db()
    assert second.merged_into == first
    assert "it shares the decision on the first" in show(browser, second)


def test_the_way_of_an_answer_is_on_the_card(reviewer, browser):
    ask = approve(make_ask(), reviewer)
    run(ask, "failed")
    page = browser.get(reverse("request", args=[ask.pk]))
    words = [step.word for step in page.context["card"].steps]
    assert words == [
        "Asked",
        "Approved",
        "Delivered",
        "Acknowledged",
        "Used: the agent started",
        "Failed",
    ]


def test_what_happened_meanwhile_is_told_without_words(reviewer, browser):
    ask = make_ask(summary="Zebediah")
    approve(ask, reviewer)
    query = {"version": ask.version, "status": "pending", "held": ""}
    news = browser.get(reverse("request_news", args=[ask.pk]), query).text
    assert "This request is approved now" in news
    assert "Zebediah" not in news


def test_no_news_is_nothing(browser):
    ask = make_ask()
    query = {"version": ask.version, "status": "pending", "held": ""}
    news = browser.get(reverse("request_news", args=[ask.pk]), query).text
    assert not news.strip()
