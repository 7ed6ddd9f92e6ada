"""Explanations call who may release them and who wrote them; and tell no words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.notifications.messages import message_of
from reviewapp.notifications.models import Notice
from reviewapp.notifications.services.notices import call_people
from tests.builders import actor_of_person, make_person
from tests.traces.stored import store_run
from traces.services import explanations as services
from traces.services.drafting import draft_explanation

pytestmark = pytest.mark.django_db
WORDS = "CANARY of the letter."


def act(service, one, person, **more):
    one.refresh_from_db()
    return service(
        one, version=one.version, person=person, actor=actor_of_person(person), **more
    )


def handed_over(person):
    one = draft_explanation(store_run(), person=person, actor=actor_of_person(person))
    return act(services.submit_explanation, one, person, text=WORDS)


def called():
    """Read the log as one batch; who was told of what, all in all."""
    call_people(list(Event.objects.order_by("id")))
    told = {}
    for notice in Notice.objects.all():
        told.setdefault(notice.occasion, set()).add(notice.person_id)
    return told


def test_what_is_handed_over_calls_the_leads(support, support_lead, engineer):
    handed_over(support)
    assert called() == {"explain_waits": {support_lead.pk}}


def test_a_lead_is_not_called_to_release_their_own(support_lead):
    other = make_person(Role.SUPPORT_LEAD)
    handed_over(support_lead)
    assert called() == {"explain_waits": {other.pk}}


def test_its_author_hears_of_the_release(support, support_lead):
    one = handed_over(support)
    act(services.release_explanation, one, support_lead)
    assert called() == {"explain_decided": {support.pk}}


def test_its_author_hears_that_it_was_sent_back(client_for, support, support_lead):
    one = handed_over(support)
    act(services.send_back_explanation, one, support_lead, note="Which order?")
    assert called() == {"explain_decided": {support.pk}}
    page = client_for(support).get(reverse("notices")).text
    assert "Your explanation of a run of" in page
    assert "sent back" in page
    assert "Which order?" not in page


def test_a_notice_tells_what_happened_then_and_of_which_run(
    client_for, support, support_lead
):
    """Handed over again and released, the first verdict is still "sent back"."""
    one = handed_over(support)
    act(services.send_back_explanation, one, support_lead, note="Which order?")
    called()
    notice = Notice.objects.get(person=support)
    title = message_of(notice).title
    assert title.startswith("Your explanation: sent back")
    act(services.submit_explanation, one, support, text=WORDS)
    act(services.release_explanation, one, support_lead)
    row = client_for(support).get(reverse("notices")).context["rows"][-1]
    assert row.notice == notice
    assert row.what == "Sent back"
    assert row.summary.endswith(": sent back")
    began = one.trace.started_at
    assert f"a run of {one.trace.system}, {began:%d %b %Y}" in row.summary
    assert title == message_of(notice).title
    assert f"{began:%d %b %Y}" in message_of(notice).body


def test_ten_notices_of_explanations_cost_what_one_does(
    client_for, support, support_lead, django_assert_num_queries
):
    one, browser = handed_over(support), client_for(support)
    act(services.send_back_explanation, one, support_lead, note="Which order?")
    called()
    browser.get(reverse("notices"))
    with CaptureQueriesContext(connection) as first:
        browser.get(reverse("notices"))
    for _ in range(9):
        act(services.submit_explanation, one, support, text=WORDS)
        act(services.send_back_explanation, one, support_lead, note="And?")
    called()
    with django_assert_num_queries(len(first)):
        assert len(browser.get(reverse("notices")).context["rows"]) == 10


def test_what_was_taken_back_calls_nobody(support, support_lead):
    act(services.withdraw_explanation, handed_over(support), support)
    assert called() == {}


def test_the_notice_leads_to_it_is_over_once_decided_and_tells_no_words(
    client_for, support, support_lead
):
    one = handed_over(support)
    called()
    notice = Notice.objects.get()
    message = message_of(notice)
    assert message.title.startswith("An explanation waits for release")
    assert "Sam Support" in message.body
    assert "CANARY" not in message.title + message.body
    browser = client_for(support_lead)
    page = browser.get(reverse("notices")).text
    assert "Sam Support explains a run of" in page
    assert "Over" not in page
    answer = browser.get(reverse("notice", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("show_explanation", args=[one.pk])
    act(services.release_explanation, one, support_lead)
    assert "Over" in browser.get(reverse("notices")).text


def test_reading_the_log_twice_tells_once(support, support_lead):
    handed_over(support)
    called()
    called()
    assert Notice.objects.count() == 1
