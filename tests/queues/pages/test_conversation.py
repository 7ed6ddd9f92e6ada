"""The other requests of a conversation, on the card of each."""

import pytest
from django.urls import reverse

from queues.services.decisions import decide_request
from reviewapp.core.models import Event
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue, ruling
from tests.queues.pages.costs import count_queries

pytestmark = pytest.mark.django_db

CHAT = "chat-4711"


@pytest.fixture
def show(client_for):
    def get(person, ask, query=""):
        return client_for(person).get(reverse("request", args=[ask.pk]) + query)

    return get


def ask_in(conversation=CHAT, **fields):
    return make_ask(conversation_id=conversation, **fields)


def text_of(page):
    return " ".join(page.text.split())


def test_siblings_stand_in_the_order_in_which_they_were_asked(reviewer, show):
    make_queue(reviewer)
    first, second, third = (ask_in(summary=f"Step {n}") for n in (1, 2, 3))
    ask_in("another chat")
    word = ruling(first)
    decide_request(first.pk, word, person=reviewer, actor=actor_of_person(reviewer))
    page = show(reviewer, second, "?queue=general")
    lines = page.context["card"].conversation.lines
    assert [line.summary for line in lines] == ["Step 1", "Step 2", "Step 3"]
    assert [line.status for line in lines] == ["approved", "pending", "pending"]
    assert "3 requests, this is 2 of 3" in text_of(page)
    assert f'href="/requests/{third.pk}/?queue=general"' in page.text


def test_a_request_alone_has_no_such_panel(reviewer, show):
    make_queue(reviewer)
    assert "In this conversation" not in show(reviewer, ask_in()).text
    assert "In this conversation" not in show(reviewer, make_ask()).text


def test_siblings_in_queues_i_am_not_in_stay_out_of_sight(reviewer, reviewer2, show):
    make_queue(reviewer)
    make_queue(reviewer2, slug="other")
    ask_in(queue="other", summary="Not for Rita")
    page = show(reviewer, ask_in())
    assert "Not for Rita" not in page.text
    assert "In this conversation" not in page.text


def test_an_auditor_sees_siblings_without_words(auditor, show):
    make_queue()
    ask_in(summary="Cancel R-77 for her")
    page = show(auditor, ask_in())
    assert "In this conversation" in page.text
    assert "R-77" not in page.text


def test_siblings_that_were_shown_are_in_the_log(reviewer, show):
    make_queue(reviewer)
    first, second = ask_in(), ask_in()
    show(reviewer, second)
    opened = Event.objects.get(verb="request.opened")
    assert opened.facts["beside"] == [str(first.pk)]


def test_a_long_conversation_costs_no_more(reviewer, show):
    make_queue(reviewer)
    ask_in()
    ask = ask_in()
    show(reviewer, ask)
    with count_queries() as few:
        show(reviewer, ask)
    for _ in range(12):
        ask_in()
    with count_queries() as many:
        show(reviewer, ask)
    assert many() == few()


def test_one_id_for_conversation_and_run_is_told_once(reviewer, show):
    make_queue(reviewer)
    page = show(reviewer, ask_in(run_id=CHAT))
    assert page.text.count(CHAT) == 1
    assert "and run" in page.text
    assert show(reviewer, ask_in(run_id="run-9")).text.count("run-9") == 1
