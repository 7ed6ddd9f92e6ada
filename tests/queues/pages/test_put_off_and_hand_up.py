"""Putting a request off and handing it up, from the card."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from queues.models import DutyShift
from queues.services.claims import claim_request
from reviewapp.core.models import Event
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(reviewer):
    queue, now = make_queue(reviewer), timezone.now()
    DutyShift.objects.create(
        queue=queue, person=reviewer, starts_at=now, ends_at=now + timedelta(days=1)
    )
    ask = make_ask()
    claim_request(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    return ask


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_what_was_put_off_wakes_then_and_is_nobody_s(ask, reviewer, client_for):
    data = {"wake_in_s": 60, "then_next": "yes"}
    answer = client_for(reviewer).post(reverse("defer", args=[ask.pk]), data)
    assert answer.url == reverse("next")
    assert "it comes back at" in said(answer)[0]
    ask.refresh_from_db()
    assert ask.available_at > timezone.now()
    assert (ask.holder, ask.deferred_by) == (None, reviewer)


@pytest.mark.parametrize("seconds", ["", "soon", "59", str(31 * 24 * 3600), "86400"])
def test_a_time_that_makes_no_sense_puts_nothing_off(
    ask, reviewer, client_for, seconds
):
    data = {"wake_in_s": seconds, "comment": "Call first"}
    answer = client_for(reviewer).post(reverse("defer", args=[ask.pk]), data)
    assert answer.status_code == 422
    assert "Call first" in answer.text
    assert not Event.objects.filter(verb="request.deferred").exists()


def test_what_was_handed_up_is_not_handed_back(ask, reviewer, client_for):
    data = {"then_next": "yes"}
    answer = client_for(reviewer).post(reverse("escalate", args=[ask.pk]), data)
    assert answer.url == reverse("queue")
    assert "cancel_reservation</a> up, to the front" in said(answer)[0]
    ask.refresh_from_db()
    assert (ask.holder, ask.escalation_level) == (None, 1)


@pytest.mark.parametrize("name", ["escalate", "defer"])
def test_what_another_holds_is_refused_and_the_text_kept(
    ask, reviewer2, client_for, name
):
    make_queue(reviewer2)
    data = {"wake_in_s": 60, "comment": "Call first", "version": "1"}
    answer = client_for(reviewer2).post(reverse(name, args=[ask.pk]), data)
    assert answer.status_code == 409
    assert "Somebody else is looking at this" in answer.text
    assert "Call first" in answer.text
