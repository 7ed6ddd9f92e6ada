"""Who may wait and listen, and what they hear: agents their own, people theirs."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connections, transaction
from django.test import Client
from django.utils import timezone

from queues.models import Delivery
from queues.services.claims import claim_request
from queues.services.decisions import decide_request
from queues.services.requests import withdraw_request
from reviewapp import listeners
from reviewapp.asgi import CHANNELS
from reviewapp.core.live import streams
from reviewapp.core.live.polls import HoldForDecision
from reviewapp.core.live.streams import EventStreams
from reviewapp.core.log_reading import newest_position
from reviewapp.core.models import Event, RoleGrant
from reviewapp.core.permissions import Role
from systems.models import Instance, Scope
from systems.services.keys import issue_key, revoke_key
from tests.builders import actor_of_person, make_person
from tests.core.asgi import Call, gone, running_hub
from tests.core.logs import append, append_inside, everything_settled
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_queue,
    ruling,
)

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def served():
    """What reviewapp/asgi.py serves, with a hub of this test's own."""
    async with running_hub(listeners.pending_among) as hub:
        held = HoldForDecision(
            get_asgi_application(), hub.polls, listeners.may_wait, hub.doors
        )
        yield EventStreams(held, CHANNELS, hub.tail, hub.doors)


def run(scene) -> None:
    async def play() -> None:
        async with served() as app:
            await scene(app)

    asyncio.run(play())


async def elsewhere(function, *args, **kwargs):
    """Act as another process would: in another thread, with its own connection."""

    def act():
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(act)


@pytest.fixture
def admin_actor(admin):
    return actor_of_person(admin)


@pytest.fixture
def system(reviewer):
    make_queue(reviewer)
    return make_asking_system()


@pytest.fixture
def key(system, admin_actor):
    """The authorization header of an agent of the system."""
    return bearer(system, admin_actor)


def bearer(system, actor, *scopes) -> dict[str, str]:
    _, secret = issue_key(system, scopes=scopes or [Scope.REQUESTS], actor=actor)
    return {"authorization": f"Bearer {secret}", "host": "localhost"}


def reject(ask, person) -> None:
    actor = actor_of_person(person)
    claim_request(ask.pk, person=person, actor=actor)
    decide_request(ask.pk, ruling(ask, "reject"), person=person, actor=actor)


def signed_in(person) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"cookie": f"{name}={client.cookies[name].value}"}


# Agents that wait ---------------------------------------------------------------


def test_a_waiting_agent_gets_the_answer_rendered_by_the_api(system, key, reviewer):
    ask = make_ask(system)

    async def scene(app) -> None:
        call = Call(app, f"/api/v1/requests/{ask.pk}?wait=60", headers=key)
        await elsewhere(reject, ask, reviewer)
        await call.finished()
        assert (call.status, call.json()["status"]) == (200, "rejected")
        assert call.json()["decision"]["verdict"] == "reject"

    run(scene)


def test_an_agent_cannot_wait_for_what_is_anothers(system, key, admin_actor):
    other = bearer(make_asking_system("other-agent"), admin_actor)
    ask = make_ask(system)

    async def scene(app) -> None:
        call = Call(app, f"/api/v1/requests/{ask.pk}?wait=60", headers=other)
        assert (await call.finished()).status == 404

    run(scene)


@pytest.mark.parametrize(
    ("header", "status"), [({}, 401), ({"authorization": "Bearer rva_no"}, 401)]
)
def test_without_a_key_there_is_no_waiting(system, header, status):
    ask = make_ask(system)

    async def scene(app) -> None:
        headers = {"host": "localhost", **header}
        call = Call(app, f"/api/v1/requests/{ask.pk}?wait=60", headers=headers)
        assert (await call.finished()).status == status

    run(scene)


# Agents that listen -------------------------------------------------------------


def test_an_agent_hears_what_ends_its_waiting_and_nothing_of_others(
    system, key, reviewer, admin_actor
):
    other = bearer(make_asking_system("other-agent"), admin_actor)
    asks = [make_ask(system), make_ask(make_asking_system("other-agent"))]

    async def scene(app) -> None:
        calls = [
            await Call(app, "/api/v1/events", headers=headers).opened()
            for headers in (key, other)
        ]
        for ask in asks:
            await elsewhere(reject, ask, reviewer)
        for call, ask in zip(calls, asks, strict=True):
            (message,) = await call.heard(1)
            assert message["verb"] == "request.rejected"
            assert message["request_id"] == str(ask.pk)
            assert message["status"] == "rejected"
            assert b"event: request.rejected\n" in call.body
        await gone(*calls)

    run(scene)


def test_what_an_agent_hears_has_no_words(system, key, reviewer):
    """Neither the comment nor the arguments: they are fetched from the request."""
    ask = make_ask(system, arguments={"reservation": "Mrs. Marker"})

    async def scene(app) -> None:
        call = await Call(app, "/api/v1/events", headers=key).opened()
        await elsewhere(reject, ask, reviewer)
        (message,) = await call.heard(1)
        assert set(message) == {
            "id",
            "verb",
            "at",
            "request_id",
            "status",
            "arguments_digest",
        }
        await gone(call)

    run(scene)


def test_what_a_stream_told_is_delivered_once(system, key, reviewer):
    """Two instances hear it; the first to be told counts."""
    ask = make_ask(system)

    async def scene(app) -> None:
        calls = [await Call(app, "/api/v1/events", headers=key).opened() for _ in "12"]
        await elsewhere(reject, ask, reviewer)
        for call in calls:
            await call.heard(1)
        await gone(*calls)

    run(scene)
    ask.delivery.refresh_from_db()
    assert ask.delivery.delivered_via == Delivery.Channel.STREAM
    assert ask.delivery.delivered_at >= ask.delivery.decided_at
    told = Event.objects.filter(verb="answer.delivered")
    assert [(event.actor_kind, event.facts["via"]) for event in told] == [
        ("agent", "stream")
    ]


def test_an_agent_that_comes_back_hears_what_it_missed(system, key, reviewer):
    everything_settled()
    cursor = newest_position().encode()
    asks = [make_ask(system), make_ask(system)]
    for ask in asks:
        reject(ask, reviewer)
    everything_settled()

    async def scene(app) -> None:
        call = Call(app, f"/api/v1/events?after={cursor}", headers=key)
        heard = [message["request_id"] for message in await call.heard(2)]
        assert heard == [str(ask.pk) for ask in asks]
        await gone(call)

    run(scene)


def test_containment_is_pushed_at_once(system, key):
    async def scene(app) -> None:
        call = await Call(app, "/api/v1/events", headers=key).opened()
        await elsewhere(append, "containment.ordered", system=str(system.pk))
        message = (await call.heard(1))[0]
        assert message["verb"] == "containment.ordered"
        assert message["containment_id"]
        await gone(call)

    run(scene)


def test_an_open_stream_counts_as_a_heartbeat(system, key):
    async def scene(app) -> None:
        call = Call(app, "/api/v1/events?instance=worker-1", headers=key)
        await call.opened()
        await gone(call)

    before = timezone.now()
    run(scene)
    instance = Instance.objects.get(system=system, instance="worker-1")
    assert instance.last_seen_at >= before
    assert instance.environment == system.environment


@pytest.mark.parametrize("instance", ["x" * 121, "%00", "a%0Ab"])
def test_an_instance_with_a_name_that_is_none_is_refused(key, instance):
    async def scene(app) -> None:
        call = Call(app, f"/api/v1/events?instance={instance}", headers=key)
        assert (await call.finished()).status == 400

    run(scene)


def test_a_key_without_the_scope_may_not_listen(system, admin_actor):
    wrong = bearer(system, admin_actor, Scope.TRACES)

    async def scene(app) -> None:
        call = await Call(app, "/api/v1/events", headers=wrong).finished()
        assert (call.status, call.problem()["code"]) == (403, "wrong_scope")

    run(scene)


def test_a_revoked_key_hears_no_more(system, admin_actor, monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.05)
    monkeypatch.setattr(streams, "RENEW_S", 0.1)
    key, secret = issue_key(system, scopes=[Scope.REQUESTS], actor=admin_actor)
    headers = {"authorization": f"Bearer {secret}"}

    async def scene(app) -> None:
        call = await Call(app, "/api/v1/events", headers=headers).opened()
        await elsewhere(revoke_key, key, actor=admin_actor)
        await call.finished()
        assert call.complete

    run(scene)


# People -------------------------------------------------------------------------


def test_a_reviewer_hears_of_their_queues_only(system, reviewer):
    make_queue(make_person(Role.REVIEWER), slug="money")

    async def scene(app) -> None:
        call = await Call(app, "/live/", headers=signed).opened()
        await elsewhere(append, "request.submitted", queue="money")
        await elsewhere(append, "request.submitted", queue="general")
        (message,) = await call.heard(1)
        del message["id"]
        assert message == {
            "verb": "request.submitted",
            "subject": "1",
            "queue": "general",
        }
        await gone(call)

    signed = signed_in(reviewer)
    run(scene)


def test_a_notice_is_for_its_receiver_only(reviewer, reviewer2):
    first, second = signed_in(reviewer), signed_in(reviewer2)

    async def scene(app) -> None:
        calls = [
            await Call(app, "/live/", headers=one).opened() for one in (first, second)
        ]
        for n, person in enumerate([reviewer, reviewer2, reviewer]):
            await elsewhere(append, "notice.sent", person_id=person.pk, n=n)
        await elsewhere(append, "notice.read", person_id=reviewer2.pk)
        await calls[1].until(lambda: "notice.read" in verbs(calls[1]))
        assert "notice.read" not in verbs(calls[0])
        await gone(*calls)

    run(scene)


def test_what_a_person_did_to_their_notices_is_for_their_own_tabs(reviewer, reviewer2):
    first, second = signed_in(reviewer), signed_in(reviewer2)
    mine = actor_of_person(reviewer)

    def see_all() -> None:
        with transaction.atomic():
            append_inside("notices.seen", mine)
            append_inside("notices.seen", actor_of_person(reviewer2), last=True)

    async def scene(app) -> None:
        calls = [
            await Call(app, "/live/", headers=one).opened() for one in (first, second)
        ]
        await elsewhere(see_all)
        for call in calls:
            assert verbs_of(await call.heard(1)) == ["notices.seen"]
        await gone(*calls)

    run(scene)


def verbs_of(messages) -> list[str]:
    return [message["verb"] for message in messages]


def verbs(call) -> list[str]:
    return [message["verb"] for message in call.messages]


def test_what_is_no_queues_is_heard_by_right(reviewer, admin):
    first, second = signed_in(reviewer), signed_in(admin)

    async def scene(app) -> None:
        calls = [
            await Call(app, "/live/", headers=one).opened() for one in (first, second)
        ]
        for verb in ("key.issued", "role.granted", "system.retired"):
            await elsewhere(append, verb)
        await calls[1].heard(3)
        assert verbs(calls[1]) == ["key.issued", "role.granted", "system.retired"]
        await calls[0].heard(1)
        assert verbs(calls[0]) == ["system.retired"]
        await gone(*calls)

    run(scene)


@pytest.mark.parametrize("cookie", ["", "sessionid=nonsense", "sessionid=", "x"])
def test_without_a_session_there_is_no_listening(cookie):
    async def scene(app) -> None:
        call = await Call(app, "/live/", headers={"cookie": cookie}).finished()
        assert (call.status, call.problem()["code"]) == (401, "not_authenticated")

    run(scene)


@pytest.mark.parametrize("ending", ["deactivated", "signed out", "password changed"])
def test_a_stream_ends_with_the_session(reviewer, monkeypatch, ending):
    monkeypatch.setattr(streams, "BEAT_S", 0.05)
    monkeypatch.setattr(streams, "RENEW_S", 0.1)
    client = Client()
    client.force_login(reviewer)
    name = settings.SESSION_COOKIE_NAME
    headers = {"cookie": f"{name}={client.cookies[name].value}"}

    def end() -> None:
        if ending == "signed out":
            client.logout()
        elif ending == "deactivated":
            type(reviewer).objects.filter(pk=reviewer.pk).update(is_active=False)
        else:
            reviewer.set_password("another one entirely")
            reviewer.save(update_fields=["password"])

    async def scene(app) -> None:
        call = await Call(app, "/live/", headers=headers).opened()
        await elsewhere(end)
        await call.finished()
        assert call.complete

    run(scene)


def test_a_person_who_lost_a_role_hears_less(system, reviewer, monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.05)
    monkeypatch.setattr(streams, "RENEW_S", 0.1)
    signed = signed_in(reviewer)

    def lose_and_say() -> None:
        with transaction.atomic():
            RoleGrant.objects.filter(person=reviewer).delete()

    async def scene(app) -> None:
        call = await Call(app, "/live/", headers=signed).opened()
        await elsewhere(lose_and_say)
        seen = len(call.body)
        # Two renewals later the stream goes by the new rights.
        await call.until(lambda: call.body.count(b": beat") >= 8)
        await elsewhere(append, "request.submitted", queue="general")
        await elsewhere(append, "notice.sent", person_id=reviewer.pk)
        await call.until(lambda: "notice.sent" in verbs(call))
        assert verbs(call) == ["notice.sent"]
        assert len(call.body) > seen
        await gone(call)

    run(scene)


def test_withdrawing_ends_the_wait_too(system, key):
    ask = make_ask(system)

    async def scene(app) -> None:
        call = Call(app, f"/api/v1/requests/{ask.pk}?wait=60", headers=key)
        await elsewhere(withdraw_request, ask.pk, system=system, actor=agent_of(system))
        assert (await call.finished()).json()["status"] == "withdrawn"

    run(scene)
