"""The card: who reads what of it."""

import pytest
from django.urls import reverse

from reviewapp.core.models import Event
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


def show(client, ask):
    return client.get(reverse("request", args=[ask.pk]))


def test_a_reviewer_reads_what_will_run(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"reservation": "R-77"}, justification="It is **late**.")
    page = show(client_for(reviewer), ask)
    assert page.status_code == 200
    assert "R-77" in page.text
    assert "<strong>late</strong>" in page.text


def test_a_reading_is_in_the_log(reviewer, client_for):
    make_queue(reviewer)
    ask = make_ask()
    show(client_for(reviewer), ask)
    event = Event.objects.get(verb="request.opened")
    assert event.person_id == reviewer.pk
    assert event.facts["version"] == ask.version


def test_an_auditor_sees_the_shape_and_why(auditor, client_for):
    make_queue()
    ask = make_ask(arguments={"reservation": "R-77"}, summary="Cancel R-77")
    page = show(client_for(auditor), ask)
    assert page.status_code == 200
    assert "R-77" not in page.text
    assert "You see the shape of this request" in page.text
    assert not Event.objects.filter(verb="request.opened").exists()
