"""Streams say what a listener may hear, in order, once, from where they left off."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from django.db import OperationalError, connection

from reviewapp.core.live import feeds, streams
from reviewapp.core.live.bus import Wake
from reviewapp.core.live.feeds import Channel, Listener
from reviewapp.core.live.streams import EventStreams
from reviewapp.core.log_reading import newest_position
from reviewapp.core.positions import Position
from reviewapp.core.problems import Unauthenticated
from tests.core.asgi import Call, gone, running_hub
from tests.core.logs import append, everything_settled

pytestmark = pytest.mark.django_db(transaction=True)
LISTENER = Listener(topics=frozenset({"red"}), renew=lambda: LISTENER)


def compose(events):
    return {
        event.pk: {"verb": event.verb, "n": event.facts["n"]}
        for event in events
        if event.facts["n"] is not None
    }


CHANNEL = Channel(
    name="test",
    admit=lambda scope: LISTENER,
    topics_of=lambda event: {event.facts["topic"]} if "topic" in event.facts else (),
    compose=compose,
)


async def say(n, topic="red", **facts):
    return await asyncio.to_thread(_say, n, topic, **facts)


def _say(n, topic, **facts):
    event = append("thing.done", n=n, topic=topic, **facts)
    connection.close()
    return event


async def settled() -> None:
    def wait() -> None:
        everything_settled()
        connection.close()

    await asyncio.to_thread(wait)


async def not_django(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def served(channel):
    async with running_hub() as hub:
        yield hub, EventStreams(not_django, {"/s": channel}, hub.tail, hub.doors)


def run(scene, channel=CHANNEL) -> None:
    async def play() -> None:
        async with served(channel) as (hub, app):
            await scene(hub, app)
        assert len(hub.tail) == 0

    asyncio.run(play())


def numbers(messages) -> list[int]:
    return [message["n"] for message in messages]


def test_a_listener_hears_its_topics_in_order_as_they_happen():
    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        assert call.headers["content-type"].startswith("text/event-stream")
        for n in range(3):
            await say(n)
            await say(100 + n, topic="blue")
        assert numbers(await call.heard(3)) == [0, 1, 2]
        await gone(call)

    run(scene)


def test_what_was_before_is_not_repeated():
    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        await say(2)
        assert numbers(await call.heard(1)) == [2]
        await gone(call)

    append("thing.done", n=1, topic="red")
    everything_settled()
    run(scene)


@pytest.mark.parametrize("by_header", [True, False])
def test_whoever_comes_back_reads_on_from_the_last_id(by_header):
    async def scene(hub, app) -> None:
        first = await Call(app, "/s").opened()
        await say(0)
        await first.heard(1)
        await gone(first)
        await say(1)
        await say(2, topic="blue")
        await say(3)
        await settled()
        path = "/s?after=nonsense" if by_header else f"/s?after={first.last_id}"
        headers = {"last-event-id": first.last_id} if by_header else {}
        again = Call(app, path, headers=headers)
        await again.heard(2)
        await say(4)
        assert numbers(await again.heard(3)) == [1, 3, 4]
        await gone(again)

    run(scene)


def test_a_cursor_is_good_in_any_process_and_across_batches(monkeypatch):
    monkeypatch.setattr(streams, "_BATCH", 3)
    append("thing.done", n=-1, topic="red")
    everything_settled()
    cursor = newest_position().encode()
    for n in range(10):
        append("thing.done", n=n, topic="red" if n % 2 else "blue")
    everything_settled()

    async def scene(hub, app) -> None:
        call = Call(app, f"/s?after={cursor}")
        assert numbers(await call.heard(5)) == [1, 3, 5, 7, 9]
        await gone(call)

    run(scene)


def test_nothing_is_lost_or_doubled_while_streams_come_and_go():
    """Each listener reconnects in the middle of a busy log, again and again."""

    async def listen(app, until: int) -> list[int]:
        heard, cursor = [], Position().encode()
        while not heard or heard[-1] != until:
            call = Call(app, f"/s?after={cursor}")
            messages = await call.heard(1)
            heard += numbers(messages)
            cursor = messages[-1]["id"]
            await gone(call)
        return heard

    async def scene(hub, app) -> None:
        listeners = [asyncio.ensure_future(listen(app, 59)) for _ in range(3)]
        for n in range(60):
            await say(n)
        for heard in await asyncio.gather(*listeners):
            assert heard == list(range(60))

    run(scene)


def test_what_compose_leaves_out_is_not_said():
    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        await say(None)
        await say(1)
        assert numbers(await call.heard(1)) == [1]
        await gone(call)

    run(scene)


def test_equal_messages_of_one_moment_go_out_once():
    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        for n in (1, 1, 2, 1):
            await say(n)
        await say(3)
        await call.until(lambda: 3 in numbers(call.messages))
        assert len(call.messages) < 5
        assert numbers(call.messages)[-1] == 3
        await gone(call)

    run(scene, replace(CHANNEL, pace_s=0.5))


def test_a_named_channel_names_its_events():
    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        await say(1)
        await call.heard(1)
        assert b"\nevent: thing.done\n" in call.body
        await gone(call)

    run(scene, replace(CHANNEL, named=True))


def test_too_far_behind_a_listener_is_told_to_look_for_itself():
    async def scene(hub, app) -> None:
        call = Call(app, f"/s?after={Position().encode()}")
        (message,) = await call.heard(1)
        assert message["verb"] == "live.missed"
        assert Position.decode(message["id"]) == hub.tail.position
        await say(9)
        assert numbers((await call.heard(2))[1:]) == [9]
        await gone(call)

    for n in range(4):
        append("thing.done", n=n, topic="red")
    everything_settled()
    run(scene, replace(CHANNEL, replays=3))


def test_a_cursor_of_another_log_is_no_reason_to_stay_deaf():
    """The data were set up anew: the cursor is ahead of everything there is."""

    async def scene(hub, app) -> None:
        call = Call(app, f"/s?after={Position(7, 2**60, 5).encode()}")
        assert (await call.heard(1))[0]["verb"] == "live.missed"
        await say(1)
        assert numbers((await call.heard(2))[1:]) == [1]
        await gone(call)

    run(scene)


def test_a_log_that_is_replaced_underneath_is_noticed():
    """A dump was restored while the process ran: it would wait for ever at its end."""

    async def scene(hub, app) -> None:
        before = await Call(app, "/s").opened()
        await say(1)
        await before.heard(1)
        await asyncio.to_thread(empty_log)
        await before.finished()
        after = Call(app, f"/s?after={before.last_id}")
        assert (await after.heard(1))[0]["verb"] == "live.missed"
        await say(2)
        assert numbers((await after.heard(2))[1:]) == [2]
        await gone(after)

    run(scene)


def empty_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE core_event")
        # So that what comes stands before all that was there.
        cursor.execute("TRUNCATE core_epoch")
    connection.close()


def test_urgent_news_do_not_wait_for_the_log(monkeypatch):
    """The log cannot be read on yet; what is urgent is said all the same."""

    async def scene(hub, app) -> None:
        monkeypatch.setattr("reviewapp.core.live.tail.read_after", lambda *args: [])
        call = await Call(app, "/s").opened()
        wake = Wake.of_event(await say(1))
        assert hub.tail.is_urgent(wake)
        await hub.tail.hurry(wake)
        (message, *_) = await call.heard(1)
        assert (message["n"], message["id"]) == (1, None)
        await gone(call)

    run(scene, replace(CHANNEL, urgent=lambda verb: verb == "thing.done"))


def test_silence_is_filled_and_moves_the_cursor(monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.05)

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        await say(1, topic="blue")
        await settled()
        reached = newest_position_elsewhere
        end = await asyncio.to_thread(reached)
        await call.until(lambda: f"id: {end}\n".encode() in call.body)
        assert b": beat" in call.body
        assert call.messages == []
        await gone(call)

    run(scene)


def newest_position_elsewhere() -> str:
    cursor = newest_position().encode()
    connection.close()
    return cursor


def test_who_may_listen_no_more_is_cut_off(monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.02)
    monkeypatch.setattr(streams, "RENEW_S", 0.05)
    signed_out = Listener(topics=frozenset({"red"}), renew=lambda: None)

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").finished()
        assert call.complete

    run(scene, replace(CHANNEL, admit=lambda scope: signed_out))


def test_a_listener_whose_rights_changed_hears_what_they_may_now(monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.02)
    monkeypatch.setattr(streams, "RENEW_S", 0.05)
    blue = Listener(topics=frozenset({"blue"}), renew=lambda: blue)
    red = Listener(topics=frozenset({"red"}), renew=lambda: blue)

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        async with asyncio.timeout(20):
            while blue not in {feed.listener for feed in hub.tail._open}:
                await asyncio.sleep(0.01)
        await say(1, topic="red")
        await say(2, topic="blue")
        assert numbers(await call.heard(1)) == [2]
        await gone(call)

    run(scene, replace(CHANNEL, admit=lambda scope: red))


def test_a_database_away_for_a_moment_ends_no_stream(monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.02)
    monkeypatch.setattr(streams, "RENEW_S", 0.05)
    asked = []

    def away() -> Listener:
        asked.append(1)
        raise OperationalError

    listener = Listener(topics=frozenset({"red"}), renew=away)

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        async with asyncio.timeout(20):
            while len(asked) < 2:
                await asyncio.sleep(0.01)
        assert not call.complete
        await gone(call)

    run(scene, replace(CHANNEL, admit=lambda scope: listener))


def test_a_client_that_takes_nothing_is_dropped(monkeypatch):
    monkeypatch.setattr(streams, "SLOW_S", 0.05)

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        call.takes.clear()
        await say(1)
        await call.finished()
        assert not call.complete

    run(scene)


def test_what_a_slow_client_has_coming_is_bounded(monkeypatch):
    monkeypatch.setattr(feeds, "MOST_UNSENT", 3)

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").opened()
        call.takes.clear()
        for n in range(6):
            await say(n)
        async with asyncio.timeout(20):
            while not all(feed.ended for feed in hub.tail._open):
                await asyncio.sleep(0.01)
        call.takes.set()
        await call.finished()
        assert len(call.messages) <= 4

    run(scene)


@pytest.mark.parametrize("cursor", ["nonsense", "%00", "x" * 400])
def test_a_cursor_that_is_none_is_refused(cursor):
    async def scene(hub, app) -> None:
        call = await Call(app, f"/s?after={cursor}").finished()
        assert (call.status, call.problem()["code"]) == (400, "bad_cursor")

    run(scene)


def test_who_may_not_listen_is_told_why():
    def refuse(scope):
        raise Unauthenticated("key_unknown", "No such key.")

    async def scene(hub, app) -> None:
        call = await Call(app, "/s").finished()
        assert (call.status, call.problem()["code"]) == (401, "key_unknown")
        assert "www-authenticate" in call.headers

    run(scene, replace(CHANNEL, admit=refuse))


def test_a_stream_is_only_read():
    async def scene(hub, app) -> None:
        call = await Call(app, "/s", method="POST").finished()
        assert (call.status, call.problem()["code"]) == (405, "method_not_allowed")

    run(scene)


def test_other_paths_go_on_to_django():
    async def scene(hub, app) -> None:
        assert (await Call(app, "/other").finished()).status == 404

    run(scene)


def test_a_stopping_server_ends_streams_at_once_and_opens_none():
    async def scene(hub, app) -> None:
        calls = [await Call(app, "/s").opened() for _ in range(20)]
        hub.close()
        for call in calls:
            await call.finished()
            assert call.complete
        late = await Call(app, "/s").finished()
        assert (late.status, late.problem()["code"]) == (503, "stopping")

    run(scene)


def test_a_crowd_beyond_the_limit_is_asked_to_come_back(monkeypatch):
    monkeypatch.setattr(streams, "MOST_STREAMS", 1)

    async def scene(hub, app) -> None:
        first = await Call(app, "/s").opened()
        second = await Call(app, "/s").finished()
        assert (second.status, second.problem()["code"]) == (503, "too_many_streams")
        await gone(first)

    run(scene)
