"""The bus wakes after commit, with ids alone, and costs little when Redis is away."""

import asyncio
import socket
import time
from contextlib import suppress

import orjson
import pytest
import redis
from django.conf import settings
from django.db import transaction

from reviewapp.core.live import bus, subscription
from reviewapp.core.live.bus import CHANNEL, Wake, _Publisher
from reviewapp.core.live.subscription import follow
from tests.core.logs import append, append_inside

SAID = Wake(7, "request.approved", "subject", "", "general")


@pytest.fixture
def published(monkeypatch) -> list[bytes]:
    """What goes out, instead of going out."""
    sent: list[bytes] = []
    publisher = _Publisher(settings.REDIS_URL)
    monkeypatch.setattr(publisher, "publish", sent.append)
    monkeypatch.setattr(bus, "_publisher", lambda: publisher)
    return sent


@pytest.mark.django_db(transaction=True)
def test_an_event_wakes_once_it_is_committed_and_not_before(published):
    with transaction.atomic():
        event = append_inside("request.approved", queue="general")
        assert published == []
    (message,) = published
    assert Wake.decode(message) == Wake(event.pk, event.verb, "1", "", "general")


@pytest.mark.django_db(transaction=True)
def test_an_act_undone_wakes_nobody(published):
    with transaction.atomic():
        append_inside()
        transaction.set_rollback(True)
    assert published == []


@pytest.mark.django_db(transaction=True)
def test_a_message_carries_ids_and_no_other_fact(published):
    append("request.approved", queue="general", note="a word that must not leave")
    assert set(orjson.loads(published[0])) == {
        "id",
        "verb",
        "subject",
        "system",
        "queue",
    }
    assert b"word" not in published[0]


@pytest.mark.django_db(transaction=True)
def test_without_redis_an_act_is_done_all_the_same(monkeypatch):
    dead = _Publisher("redis://127.0.0.1:1/0")
    monkeypatch.setattr(bus, "_publisher", lambda: dead)
    assert append().pk


def test_a_redis_that_hangs_is_waited_for_once_and_then_left_alone():
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        publisher = _Publisher(f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
        publisher.publish(b"first")
        began = time.monotonic()
        for _ in range(100):
            publisher.publish(b"while it is left alone")
        assert time.monotonic() - began < bus._TIMEOUT_S


@pytest.mark.parametrize(
    "message", [b"", b"[]", b"{}", b"3", b'{"id": 1}', b"\xff", b'{"id":1,"more":2}']
)
def test_what_is_no_message_of_ours_is_an_error_that_is_caught(message):
    with pytest.raises((ValueError, TypeError)):
        Wake.decode(message)


def test_a_follower_hears_again_after_rubbish_and_a_lost_connection(monkeypatch):
    """Its connection is cut from the server's side, twice."""
    monkeypatch.setattr(subscription, "_LONGEST_PAUSE_S", 0.05)
    client = redis.Redis.from_url(settings.REDIS_URL)

    async def scene() -> None:
        heard = asyncio.Queue()
        following = asyncio.ensure_future(follow(settings.REDIS_URL, heard.put_nowait))
        for _ in range(3):
            assert await _heard_at_last(client, heard) == SAID
            _cut_subscriptions(client)
        await _ended(following)

    asyncio.run(scene())
    client.close()


async def _heard_at_last(client: redis.Redis, heard: asyncio.Queue) -> Wake:
    """Publish until the follower, which may be connecting, has heard."""
    async with asyncio.timeout(20):
        while True:
            await asyncio.to_thread(client.publish, CHANNEL, b"rubbish")
            await asyncio.to_thread(client.publish, CHANNEL, SAID.encode())
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    # Tests beside this one share the channel.
                    while (wake := await heard.get()) != SAID:
                        pass
                    return wake


def _cut_subscriptions(client: redis.Redis) -> None:
    client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")


async def _ended(task: asyncio.Future) -> None:
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
