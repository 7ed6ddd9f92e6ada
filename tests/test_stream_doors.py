"""A server without the live part says what it lacks instead of pretending."""

import pytest
from django.test import Client
from django.urls import reverse

from reviewapp.asgi import CHANNELS
from systems.models import Scope
from systems.services.keys import issue_key
from tests.builders import actor_of_person
from tests.queues.builders import make_asking_system

pytestmark = pytest.mark.django_db


def test_what_is_answered_before_django_has_an_address_in_it():
    assert set(CHANNELS) == {reverse("live"), reverse("api_events")}


def test_agents_are_told(admin):
    actor = actor_of_person(admin)
    _, secret = issue_key(make_asking_system(), scopes=[Scope.REQUESTS], actor=actor)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    response = client.get(reverse("api_events"))
    assert (response.status_code, response.json()["code"]) == (501, "needs_asgi")


def test_people_are_told(client_for, reviewer):
    assert client_for(reviewer).get(reverse("live")).status_code == 501
