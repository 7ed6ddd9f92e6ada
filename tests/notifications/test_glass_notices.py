"""Break-glass calls who approves, who asked and who reviews; and tells no words."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.notifications.messages import message_of
from reviewapp.notifications.models import Call, Notice
from reviewapp.notifications.services.calls import make_due_calls
from reviewapp.notifications.services.notices import call_people
from tests.builders import actor_of_person, make_person
from tests.queues.builders import make_ask, make_queue
from tests.traces.stored import store_run
from traces.glass import Reason, Verdict
from traces.services.break_glass import (
    approve_break_glass,
    ask_break_glass,
    end_break_glass,
    refuse_break_glass,
    review_break_glass,
    sweep_break_glass,
)

pytestmark = pytest.mark.django_db


def opened(person):
    return ask_break_glass(
        store_run(),
        person=person,
        actor=actor_of_person(person),
        reason=Reason.HARM,
        reference="T-4711",
        minutes=30,
    )


def act(service, glass, person, **more):
    return service(glass, person=person, actor=actor_of_person(person), **more)


def called():
    """Read the log as one batch; who was told of what, all in all."""
    call_people(list(Event.objects.order_by("id")))
    told = {}
    for notice in Notice.objects.all():
        told.setdefault(notice.occasion, set()).add(notice.person_id)
    return told


def test_an_opening_of_support_calls_their_lead_and_privacy(
    support, support_lead, privacy_officer, auditor, engineer
):
    opened(support)
    assert called() == {"glass_broken": {support_lead.pk, privacy_officer.pk}}


def test_an_engineer_s_calls_privacy_alone(engineer, support_lead, privacy_officer):
    opened(engineer)
    assert called() == {"glass_broken": {privacy_officer.pk}}


def test_nobody_is_called_about_their_own(privacy_officer):
    both = make_person(Role.SUPPORT, Role.PRIVACY_OFFICER)
    opened(both)
    assert called() == {"glass_broken": {privacy_officer.pk}}


@pytest.mark.parametrize("service", [approve_break_glass, refuse_break_glass])
def test_who_asked_hears_the_answer(support, support_lead, service):
    act(service, opened(support), support_lead)
    assert called() == {"glass_answered": {support.pk}}


def test_the_end_calls_who_reviews_until_somebody_has(
    support, support_lead, privacy_officer
):
    glass = opened(support)
    with time_machine.travel(glass.until + timedelta(seconds=1)):
        sweep_break_glass()
        assert called() == {"glass_ended": {privacy_officer.pk}}
    Notice.objects.all().delete()
    glass.refresh_from_db()
    act(review_break_glass, glass, privacy_officer, verdict=Verdict.JUSTIFIED)
    assert called() == {}


def test_requests_and_openings_in_one_batch(reviewer, support, support_lead):
    make_queue(reviewer)
    make_ask(tool="delete_records")
    opened(support)
    assert called() == {
        "arrival": {reviewer.pk},
        "glass_broken": {support_lead.pk},
    }


def test_reading_the_log_twice_tells_once(support, support_lead):
    opened(support)
    called()
    called()
    assert Notice.objects.count() == 1


def test_the_mail_says_who_why_and_where_and_no_reference(support, support_lead):
    opened(support)
    called()
    assert make_due_calls() == 1
    [letter] = mail.outbox
    assert letter.to == [support_lead.email]
    assert "Sam Support" in letter.body
    assert "somebody is harmed" in letter.body
    assert "/notices/" in letter.body
    assert "4711" not in letter.subject + letter.body


def test_a_mail_that_waited_is_not_sent_once_it_is_over(support, support_lead):
    glass = opened(support)
    called()
    act(end_break_glass, glass, support)
    assert make_due_calls() == 0
    assert Call.objects.get().failure == "no_longer_needed"


def test_the_notice_leads_to_the_opening(client_for, support, support_lead):
    glass = opened(support)
    called()
    notice = Notice.objects.get()
    assert message_of(notice).title.startswith("Break-glass")
    client = client_for(support_lead)
    page = client.get(reverse("notices")).text
    assert "Sam Support opened a trace" in page
    answer = client.get(reverse("notice", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("show_opening", args=[glass.pk])
    act(end_break_glass, glass, support)
    assert "Over" in client.get(reverse("notices")).text
