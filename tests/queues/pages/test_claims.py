"""Claiming, keeping, giving back and taking over, through the pages."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from queues.rules import LEASE
from queues.services.claims import claim_request
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def press(client_for):
    def post(person, name, ask):
        return client_for(person).post(reverse(name, args=[ask.pk]))

    return post


def holder_of(ask):
    ask.refresh_from_db()
    return ask.holder


def hold(ask, person):
    claim_request(ask.pk, person=person, actor=actor_of_person(person))


def test_claim_holds_and_opens(reviewer, press):
    make_queue(reviewer)
    ask = make_ask()
    answer = press(reviewer, "claim", ask)
    assert answer.url == reverse("request", args=[ask.pk])
    assert holder_of(ask) == reviewer


def test_claim_of_what_somebody_holds_says_so(reviewer, reviewer2, press):
    make_queue(reviewer, reviewer2)
    ask = make_ask()
    hold(ask, reviewer2)
    answer = press(reviewer, "claim", ask)
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said == ["Somebody else is looking at this request right now."]
    assert holder_of(ask) == reviewer2


def test_release_gives_it_back(reviewer, press):
    make_queue(reviewer)
    ask = make_ask()
    hold(ask, reviewer)
    assert press(reviewer, "release", ask).url == reverse("queue")
    assert holder_of(ask) is None


def test_the_heartbeat_keeps_a_claim(reviewer, press):
    make_queue(reviewer)
    ask = make_ask()
    hold(ask, reviewer)
    before = ask.__class__.objects.get(pk=ask.pk).held_until
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        answer = press(reviewer, "keep_claim", ask)
    assert answer.status_code == 200
    assert "Yours" in answer.text
    holder_of(ask)
    assert ask.held_until > before


def test_a_lapsed_claim_is_told_and_can_be_claimed_again(reviewer, press):
    make_queue(reviewer)
    ask = make_ask()
    hold(ask, reviewer)
    with time_machine.travel(timezone.now() + LEASE * 2, tick=False):
        answer = press(reviewer, "keep_claim", ask)
    assert answer.status_code == 409
    assert "Your claim has lapsed" in answer.text
    assert reverse("claim", args=[ask.pk]) in answer.text


def test_a_lead_takes_over(reviewer, lead, press):
    make_queue(reviewer, lead)
    ask = make_ask()
    hold(ask, reviewer)
    press(lead, "take_over", ask)
    assert holder_of(ask) == lead


def test_a_reviewer_does_not_take_over(reviewer, reviewer2, press):
    make_queue(reviewer, reviewer2)
    ask = make_ask()
    hold(ask, reviewer)
    assert press(reviewer2, "take_over", ask).status_code == 403
    assert holder_of(ask) == reviewer


def test_the_card_of_a_held_request_says_who_holds_it(reviewer, lead, client_for):
    make_queue(reviewer, lead)
    ask = make_ask()
    hold(ask, reviewer)
    page = client_for(lead).get(reverse("request", args=[ask.pk]))
    assert "Rita Reviewer is looking at it right now" in page.text
    assert "Take it over" in page.text
    assert "data-decide" not in page.text
