"""The pages of break-glass: asking, approving, reviewing, and what each role sees."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from reviewapp.core.models import Event
from tests.builders import actor_of_person, make_person
from tests.queues.pages.costs import count_queries
from tests.traces.stored import store_run
from traces.glass import Reason, Verdict
from traces.models import BreakGlass
from traces.services.break_glass import (
    approve_break_glass,
    ask_break_glass,
    end_break_glass,
    review_break_glass,
)
from traces.services.raises import name_reference

pytestmark = pytest.mark.django_db
ASKED = {"reason": "customer", "reference": "T-4711", "minutes": "15"}


@pytest.fixture
def trace():
    return store_run()


def opened(trace, person, **about):
    asked = {"reason": Reason.HARM, "reference": "T-4711", "minutes": 30} | about
    return ask_break_glass(trace, person=person, actor=actor_of_person(person), **asked)


def act(service, glass, person, **more):
    return service(glass, person=person, actor=actor_of_person(person), **more)


def at(name, thing):
    return reverse(name, args=[thing.pk])


def test_a_supporter_breaks_the_glass_and_lands_at_the_trace(
    client_for, support, trace
):
    client = client_for(support, fresh=True)
    assert "recorded" in client.get(at("break_glass", trace)).text
    answer = client.post(at("break_glass", trace), ASKED)
    assert answer.headers["Location"] == at("show_trace", trace)
    glass = BreakGlass.objects.get()
    assert (glass.reason, glass.person) == ("customer", support)
    assert glass.until - glass.asked_at == timedelta(minutes=15)


def test_what_was_typed_is_kept_when_something_is_missing(client_for, support, trace):
    page = client_for(support, fresh=True).post(
        at("break_glass", trace), ASKED | {"reason": ""}
    )
    assert page.status_code == 422
    assert "T-4711" in page.text
    assert not BreakGlass.objects.exists()


def test_a_token_does_not_break_the_glass(api_for, support, trace):
    answer = api_for(support).post(at("break_glass", trace), ASKED)
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert not BreakGlass.objects.exists()


def test_a_second_person_approves(client_for, support, support_lead, trace):
    glass = opened(trace, support)
    client = client_for(support_lead, fresh=True)
    page = client.get(at("show_opening", glass)).text
    assert "T-4711" in page
    assert at("approve_opening", glass) in page
    client.post(at("approve_opening", glass))
    glass.refresh_from_db()
    assert glass.approved_by == support_lead
    assert "Open in full" in client.get(at("show_opening", glass)).text


def test_approving_asks_for_a_fresh_sign_in(client_for, support, support_lead, trace):
    glass = opened(trace, support)
    answer = client_for(support_lead).post(at("approve_opening", glass))
    assert "reauthenticate" in answer.headers["Location"]
    glass.refresh_from_db()
    assert glass.approved_by is None


def test_whoever_asked_sees_no_button_to_approve(client_for, support_lead, trace):
    glass = opened(trace, support_lead)
    page = client_for(support_lead, fresh=True).get(at("show_opening", glass)).text
    assert at("approve_opening", glass) not in page
    assert at("end_opening", glass) in page


def test_refusing_and_closing(client_for, support, support_lead, trace):
    glass = opened(trace, support)
    client_for(support_lead).post(at("refuse_opening", glass))
    glass.refresh_from_db()
    assert glass.end == "refused"
    other = opened(store_run(), support)
    client_for(support).post(at("end_opening", other))
    other.refresh_from_db()
    assert other.end == "closed"


def test_a_privacy_officer_reviews(client_for, support, privacy_officer, trace):
    glass = act(end_break_glass, opened(trace, support), support)
    client = client_for(privacy_officer)
    assert "To review" in client.get(reverse("list_openings")).text
    refused = client.post(at("review_opening", glass), {"verdict": "unjustified"})
    assert refused.status_code == 422
    assert "Say what was wrong." in refused.text
    client.post(
        at("review_opening", glass), {"verdict": "unjustified", "note": "No ticket."}
    )
    glass.refresh_from_db()
    assert glass.verdict == "unjustified"
    assert "No ticket." in client.get(at("show_opening", glass)).text


def test_an_auditor_sees_everything_that_is_not_words(
    client_for, support, auditor, privacy_officer, trace
):
    glass = act(end_break_glass, opened(trace, support), support)
    act(
        review_break_glass,
        glass,
        privacy_officer,
        verdict=Verdict.TOO_WIDE,
        note="Mara was not concerned",
    )
    client = client_for(auditor)
    page = client.get(at("show_opening", glass)).text
    assert "Sam Support" in page
    assert "Somebody is harmed" in page
    assert "Too wide" in page
    assert "T-4711" not in page
    assert "Mara" not in page
    assert not Event.objects.filter(verb="glass.read").exists()


def test_reading_the_reference_is_in_the_log(client_for, support, support_lead, trace):
    glass = opened(trace, support)
    client_for(support_lead).get(at("show_opening", glass))
    event = Event.objects.get(verb="glass.read")
    assert event.person_id == support_lead.pk


def test_nobody_sees_openings_that_are_none_of_theirs(
    client_for, support, engineer, support_lead, trace
):
    glass = opened(trace, engineer)
    for person in (support, support_lead):
        client = client_for(person)
        assert client.get(at("show_opening", glass)).status_code == 404
        assert "Edda" not in client.get(reverse("list_openings")).text


def test_the_page_says_how_far_the_review_is_late(
    client_for, support, privacy_officer, trace
):
    glass = act(end_break_glass, opened(trace, support), support)
    with time_machine.travel(glass.review_due_at + timedelta(minutes=1)):
        page = client_for(privacy_officer).get(reverse("list_openings")).text
    assert "Review overdue" in page


def test_the_count_is_of_what_waits_for_me(
    client_for, support, support_lead, privacy_officer, engineer, trace
):
    waiting = opened(trace, support)
    opened(trace, engineer)
    counts = {
        person: client_for(person).get(reverse("count_openings")).text
        for person in (support_lead, privacy_officer)
    }
    assert counts == {support_lead: "1", privacy_officer: "2"}
    act(approve_break_glass, waiting, support_lead)
    assert client_for(support_lead).get(reverse("count_openings")).text == ""
    act(end_break_glass, waiting, support)
    assert client_for(support_lead).get(reverse("count_openings")).text == ""
    assert client_for(privacy_officer).get(reverse("count_openings")).text == "2"


def test_it_costs_the_same_for_two_and_for_twenty(client_for, privacy_officer):
    client, costs = client_for(privacy_officer), []
    for number in range(20):
        person, run = make_person("support"), store_run()
        opened(run, person)
        act(end_break_glass, opened(store_run(), person), person)
        if number in (1, 19):
            with count_queries() as queries:
                client.get(reverse("list_openings"))
            costs.append(queries())
    assert costs[0] == costs[1]


def test_pages_are_not_kept_by_browsers(client_for, support, trace):
    glass = opened(trace, support)
    answer = client_for(support).get(at("show_opening", glass))
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_trace_says_what_opens_more_and_what_closes_it(client_for, support, trace):
    client = client_for(support)
    assert at("break_glass", trace) in client.get(at("show_trace", trace)).text
    glass = opened(trace, support)
    page = client.get(at("show_trace", trace)).text
    assert at("end_opening", glass) in page
    assert "second person" in page
    assert at("break_glass", trace) not in page


def test_the_trace_leads_a_privacy_officer_to_their_acts(
    client_for, privacy_officer, auditor, trace
):
    page = client_for(privacy_officer).get(at("show_trace", trace)).text
    assert at("destroy_words", trace) in page
    assert reverse("place_preservation") in page
    seen = client_for(auditor).get(at("show_trace", trace)).text
    assert reverse("who_saw") in seen
    assert at("destroy_words", trace) not in seen


def test_what_is_read_before_and_after_approval_and_after_the_end(
    client_for, support, support_lead, trace
):
    client = client_for(support)
    address = at("show_trace", trace)
    said = "Where is my order? mara@example.com"
    thought = "The customer mara@example.com wants the order."

    def reads():
        page = client.get(address).text
        tiers = [tier for tier in range(5) if f"Tier {tier}:" in page]
        return tiers, said in page, thought in page

    assert reads() == ([1], False, False)
    glass = opened(trace, support)
    assert reads() == ([3], True, False)
    act(approve_break_glass, glass, support_lead)
    assert reads() == ([4], True, True)
    readings = Event.objects.filter(
        verb="trace.words_opened", facts__opening=str(glass.pk)
    )
    assert readings.count() == 2
    with time_machine.travel(glass.until + timedelta(seconds=1)):
        assert reads() == ([1], False, False)


# Tickets


def named(trace, person, ticket="T-4711"):
    name_reference(trace, ticket, person=person, actor=actor_of_person(person))


def words_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_lifts_by_tickets_are_counted_and_have_their_own_time(
    client_for, privacy_officer, support, trace
):
    named(trace, support)
    named(trace, support, "T-4712")
    page = client_for(privacy_officer).get(reverse("list_openings"))
    words = words_of(page)
    assert "a ticket lifts for 8 hours" in words
    assert [(d.person, d.tickets) for d in page.context["days"]] == [(str(support), 2)]
    assert "4711" not in page.text


@pytest.mark.parametrize("role", ["privacy_officer", "auditor"])
def test_a_ticket_is_checked_without_getting_into_an_address(
    client_for, request, role, support, trace
):
    named(trace, support)
    browser = client_for(request.getfixturevalue(role))
    answer = browser.post(reverse("look_up_ticket"), {"ticket": "t-4711"}, follow=True)
    assert "4711" not in answer.redirect_chain[0][0]
    words = words_of(answer)
    assert "This ticket" in words
    assert f"{support}, " in words
    answer = browser.post(reverse("look_up_ticket"), {"ticket": "T-1"}, follow=True)
    assert "Nobody was lifted by this ticket" in words_of(answer)
    assert browser.post(reverse("look_up_ticket"), {"ticket": ""}).status_code == 422


def test_whoever_types_a_ticket_keeps_it_while_openings_come(
    client_for, privacy_officer
):
    """The part that is drawn anew holds no form, and is loaded where it may be."""
    browser = client_for(privacy_officer)
    addresses = []
    for answer in (
        browser.get(reverse("list_openings"), {"ticket": "ab"}),
        browser.post(reverse("look_up_ticket"), {"ticket": ""}),
    ):
        live = answer.text[answer.text.index('<div id="openings"') :]
        live = live[: live.index('id="tickets"')]
        assert live.count("<div") == live.count("</div>")
        assert 'name="ticket"' not in live
        addresses += re.findall(r'hx-get="([^"]*)" hx-select="#openings"', live)
    here = reverse("list_openings")
    assert [one.rstrip("?") for one in addresses] == [f"{here}?ticket=ab", here]


def test_a_refused_ticket_can_be_loaded_again(client_for, privacy_officer):
    answer = client_for(privacy_officer).get(reverse("look_up_ticket"))
    assert answer.headers["Location"] == reverse("list_openings")


def test_support_sees_no_lifts_of_others(client_for, support, trace):
    named(trace, support)
    page = client_for(support).get(reverse("list_openings"))
    assert "Tickets named" not in page.text
    assert client_for(support).post(reverse("look_up_ticket")).status_code == 403
