"""Every scene of the fleet is taken by the real API, from the real client."""

from random import Random

import httpx
import pytest
from django.test import Client as Browser
from reviewapp_client import Client

from queues.models import ActionRequest
from reviewapp.demo.fleet.scenes import ALL
from reviewapp.demo.seeding import make_password, seed_demo
from systems.models import System
from tests.builders import make_key
from tests.queues.builders import make_policy

pytestmark = pytest.mark.django_db


def at_the_door(request: httpx.Request) -> httpx.Response:
    """Carry a call of the client to Django, and its answer back."""
    answer = Browser().generic(
        request.method,
        request.url.raw_path.decode(),
        request.content,
        content_type=request.headers.get("content-type", ""),
        headers=dict(request.headers),
    )
    return httpx.Response(
        answer.status_code, headers=dict(answer.headers), content=answer.content
    )


def client_of(slug: str) -> Client:
    _, secret = make_key(System.objects.get(slug=slug))
    transport = httpx.MockTransport(at_the_door)
    return Client("http://testserver", secret, retry_for=0, transport=transport)


@pytest.mark.parametrize("number", range(len(ALL)))
def test_a_scene_is_taken_as_it_is(number):
    """What it acts with is in the inventory, so that no tool has to be inferred."""
    make_policy()
    seed_demo(make_password())
    scene = ALL[number].make(Random(number))
    request = client_of(scene.system).submit(f"scene {number}", **scene.ask)
    ask = ActionRequest.objects.get(pk=request.id)
    assert ask.tool == scene.ask["tool"]
    assert not {"tool_unknown", "credential_unknown"} & set(ask.risk_reasons)
