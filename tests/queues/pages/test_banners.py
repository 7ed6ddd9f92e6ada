"""What the last act did is said once, on the page it leads to, by name."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.models import Event
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db

NAME = "Cancel the flight of Ada"


@pytest.fixture
def client(client_for, reviewer):
    make_queue(reviewer)
    return client_for(reviewer)


def decide(client, ask, verdict="approve", **fields):
    sent = {"verdict": verdict, "version": ask.version, "confirmed": "yes", **fields}
    return client.post(reverse("decide", args=[ask.pk]), sent)


def said_on(page):
    return [str(message) for message in page.context["messages"]]


def test_the_next_card_says_what_was_approved_by_name(client):
    first, second = make_ask(summary=NAME), make_ask()
    answer = decide(client, first, then_next="yes")
    page = client.get(answer.url)
    assert page.context["ask"] == second
    [said] = said_on(page)
    assert said.startswith(f'Approved <a href="/requests/{first.pk}/">{NAME}</a>')
    assert "revoke it" in said


@pytest.mark.parametrize(
    ("verdict", "fields", "said"),
    [
        ("reject", {"reason_code": "too_risky"}, "Rejected"),
        ("answer", {"comment": "Ask Ada first."}, "Answered"),
        ("edit", {"arguments": '{"reservation": "R-9"}'}, "edited. Until"),
    ],
)
def test_every_verdict_is_told(client, verdict, fields, said):
    ask = make_ask(summary=NAME)
    page = client.get(decide(client, ask, verdict, **fields).url)
    assert NAME in said_on(page)[0]
    assert said in said_on(page)[0]


def test_the_first_of_two_words_is_told_as_such(client):
    ask = make_ask(tool="delete_records", summary=NAME)
    page = client.get(decide(client, ask, reason_code="owner_confirmed").url)
    assert "somebody else must approve it too" in said_on(page)[0]


def test_the_cookie_holds_no_words(client, settings):
    ask = make_ask(summary=NAME)
    decide(client, ask)
    assert "Ada" not in client.cookies[settings.MESSAGE_COOKIE_NAME].value


def test_giving_back_is_told_at_once_and_only_once(client):
    ask = make_ask(summary=NAME)
    client.post(reverse("claim", args=[ask.pk]))
    answer = client.post(reverse("release", args=[ask.pk]))
    assert said_on(client.get(answer.url))[0].startswith("Gave <a")
    assert said_on(client.get(reverse("request", args=[ask.pk]))) == []


def test_a_message_that_missed_its_page_is_not_told_later(client):
    first, second = make_ask(), make_ask()
    decide(client, first)
    later = timezone.now() + timedelta(minutes=2)
    with time_machine.travel(later):
        page = client.get(reverse("request", args=[second.pk]))
    assert said_on(page) == []


def test_a_fragment_leaves_the_message_to_the_page(client):
    first, second = make_ask(), make_ask()
    decide(client, first)
    client.get(reverse("queue"), headers={"HX-Request": "true"})
    assert len(said_on(client.get(reverse("request", args=[second.pk])))) == 1


def test_seeing_the_name_is_a_reading_in_the_log(client):
    ask = make_ask(summary=NAME)
    client.get(decide(client, ask).url)
    shown = Event.objects.filter(verb="requests.listed", facts__page="banner").get()
    assert shown.facts["requests"] == [str(ask.pk)]


def test_an_agents_name_for_it_is_shown_as_text(client):
    ask = make_ask(summary="<b>now</b>\u202e")
    [said] = said_on(client.get(decide(client, ask).url))
    assert "&lt;b&gt;" in said
    assert "\u202e" not in said
