"""Whoever came with a filter stays within it: next, after a verdict, and back."""

import pytest
from django.urls import reverse

from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db

WITHIN = "?queue=money"


@pytest.fixture
def client(client_for, reviewer):
    make_queue(reviewer)
    make_queue(reviewer, slug="money", name="Money")
    return client_for(reviewer)


def path(name, *args):
    return reverse(name, args=args) + WITHIN


def approve(client, ask, **fields):
    sent = {"verdict": "approve", "version": ask.version, "confirmed": "yes", **fields}
    return client.post(path("decide", ask.pk), sent)


def test_the_list_hands_its_filter_to_the_card_and_to_next(client):
    ask = make_ask(queue="money")
    page = client.get(path("queue")).text
    assert f'href="{path("request", ask.pk)}"' in page
    assert f'action="{path("claim", ask.pk)}"' in page
    assert f'action="{path("next")}"' in page


def test_the_card_hands_it_on(client):
    ask = make_ask(queue="money")
    page = client.get(path("request", ask.pk)).text
    for name in ("decide", "defer", "escalate", "claim", "write_note"):
        assert path(name, ask.pk) in page
    assert f'href="{path("queue")}"' in page
    assert "Then the next of money" in page


def test_after_a_verdict_the_next_of_the_filter_opens(client):
    make_ask()
    first, second = make_ask(queue="money"), make_ask(queue="money")
    answer = approve(client, first, then_next="yes")
    assert answer.url == path("request", second.pk)


def test_without_a_next_the_filtered_list_comes_back(client):
    ask = make_ask(queue="money")
    assert approve(client, ask).url == path("queue")


@pytest.mark.parametrize("act", ["claim", "write_note"])
def test_other_acts_come_back_to_the_card_within_the_filter(client, act):
    ask = make_ask(queue="money")
    answer = client.post(path(act, ask.pk), {"text": "Mind the date."})
    assert answer.url == path("request", ask.pk)


def test_giving_back_leads_to_the_filtered_list(client):
    ask = make_ask(queue="money")
    client.post(path("claim", ask.pk))
    assert client.post(path("release", ask.pk)).url == path("queue")


def test_an_empty_filter_says_so_and_offers_the_rest(client):
    other = make_ask()
    page = client.post(path("next"))
    assert "Nothing more of money" in page.text
    assert "1 waits for you" in " ".join(page.text.split())
    assert client.post(reverse("next")).url == reverse("request", args=[other.pk])
    assert other.claims.count() == 1


def test_nothing_anywhere_is_said_as_before(client):
    assert "Nothing waits for you" in client.post(path("next")).text
