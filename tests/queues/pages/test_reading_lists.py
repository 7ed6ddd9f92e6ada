"""Who saw words in a list is in the log, once per look."""

from datetime import timedelta

import pytest
from django.urls import reverse

from queues.services.decisions import decide_request
from reviewapp.core.models import Event
from reviewapp.notifications.models import Notice
from reviewapp.notifications.services.notices import call_people
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


def looks():
    listed = Event.objects.filter(verb="requests.listed").order_by("id")
    return [(event.facts["page"], event.facts["requests"]) for event in listed]


def ids(*asks):
    return sorted(str(ask.pk) for ask in asks)


@pytest.mark.parametrize("name", ["home", "queue"])
def test_a_page_with_words_is_one_line_in_the_log(reviewer, client_for, name):
    make_queue(reviewer)
    first, second = make_ask(), make_ask()
    client_for(reviewer).get(reverse(name))
    assert looks() == [(name, ids(first, second))]
    event = Event.objects.get(verb="requests.listed")
    assert (event.person_id, event.facts["count"]) == (reviewer.pk, 2)


def test_the_same_look_again_is_no_news_and_a_new_request_is(reviewer, client_for):
    make_queue(reviewer)
    first, client = make_ask(), client_for(reviewer)
    for _ in range(2):
        client.get(reverse("queue"))
    assert looks() == [("queue", ids(first))]
    second = make_ask()
    client.get(reverse("queue"))
    assert looks()[1:] == [("queue", ids(first, second))]


def test_after_a_minute_it_is_a_new_look(reviewer, client_for, monkeypatch):
    make_queue(reviewer)
    make_ask()
    client = client_for(reviewer)
    client.get(reverse("queue"))
    monkeypatch.setattr("queues.services.openings._SAME_LOOK", timedelta(0))
    client.get(reverse("queue"))
    assert len(looks()) == 2


def test_who_sees_only_shapes_has_read_nothing(auditor, client_for):
    make_queue()
    make_ask()
    client_for(auditor).get(reverse("queue"))
    assert looks() == []


def test_notices_are_read_too(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(tool="delete_records")
    call_people(list(Event.objects.filter(verb="request.submitted")))
    assert Notice.objects.exists()
    client_for(reviewer).get(reverse("notices"))
    assert looks() == [("notices", ids(ask))]


def test_a_reviewer_s_tool_reads_the_list_as_people_do(reviewer, api_for):
    make_queue(reviewer)
    ask = make_ask()
    api_for(reviewer).get("/api/v1/requests")
    assert looks() == [("api", ids(ask))]


def test_a_card_names_the_past_decisions_it_shows(reviewer, client_for):
    make_queue(reviewer)
    past, ask = make_ask(), make_ask()
    decide_request(
        past.pk, ruling(past), person=reviewer, actor=actor_of_person(reviewer)
    )
    client_for(reviewer).get(reverse("request", args=[ask.pk]))
    opened = Event.objects.get(verb="request.opened")
    assert opened.subject_id == str(ask.pk)
    assert opened.facts["beside"] == ids(past)
