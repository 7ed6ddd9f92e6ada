"""Next: the best request, claimed and opened; or why there is none."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from queues.services.claims import claim_request, defer_request
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(client_for):
    return lambda person: client_for(person).post(reverse("next"))


def test_it_claims_the_best_and_opens_it(reviewer, take):
    make_queue(reviewer)
    make_ask()
    best = make_ask(tool="delete_records")
    assert take(reviewer).url == reverse("request", args=[best.pk])
    best.refresh_from_db()
    assert best.holder == reviewer


def test_what_i_hold_comes_before_what_is_better(reviewer, take):
    make_queue(reviewer)
    held = make_ask()
    claim_request(held.pk, person=reviewer, actor=actor_of_person(reviewer))
    make_ask(tool="delete_records")
    assert take(reviewer).url == reverse("request", args=[held.pk])


def test_nothing_waiting_says_when_the_next_deferred_wakes(reviewer, take):
    make_queue(reviewer)
    ask = make_ask()
    until = timezone.now() + timedelta(minutes=20)
    actor = actor_of_person(reviewer)
    defer_request(ask.pk, person=reviewer, actor=actor, until=until)
    page = take(reviewer)
    assert page.status_code == 200
    assert "Nothing waits for you" in page.text
    assert until.isoformat() in page.text


def test_what_others_hold_is_counted(reviewer, reviewer2, take):
    make_queue(reviewer, reviewer2)
    ask = make_ask()
    claim_request(ask.pk, person=reviewer2, actor=actor_of_person(reviewer2))
    assert "1 is in other hands" in take(reviewer).text


def test_what_i_asked_for_myself_is_not_mine_to_take(reviewer, take):
    make_queue(reviewer)
    make_ask(on_behalf_of=reviewer.email)
    assert "1 waits for somebody else" in take(reviewer).text


def test_looking_claims_nothing(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    page = client_for(reviewer).get(reverse("next"))
    assert "1 request you can take" in page.text
    ask.refresh_from_db()
    assert ask.holder is None
