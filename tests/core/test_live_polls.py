"""Long polls wait in the event loop, and end when there is something to say."""

import asyncio
import threading
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from reviewapp.core.live import polls
from reviewapp.core.live.bus import Wake, _Publisher
from reviewapp.core.live.polls import HoldForDecision
from reviewapp.core.problems import Unauthenticated
from tests.core.asgi import Call, gone, running_hub

pytestmark = pytest.mark.django_db(transaction=True)
DEAD_REDIS = "redis://127.0.0.1:1/0"


class Requests:
    """A stand-in for the queue: which requests are pending, and who asked."""

    def __init__(self, *pending: UUID) -> None:
        self.pending = set(pending)
        self.admitted = 0
        self.looks = 0
        self.looked = threading.Event()

    def among(self, ids) -> set[UUID]:
        self.looks += 1
        self.looked.set()
        return self.pending & set(ids)

    def may_wait(self, headers, ask_id) -> bool:
        if "authorization" not in headers:
            raise Unauthenticated("not_authenticated", "Who?")
        self.admitted += 1
        return ask_id in self.pending

    def decide(self, ask_id: UUID) -> None:
        self.pending.discard(ask_id)


async def answer(scope, receive, send) -> None:
    """A stand-in for Django: needs the request as it was sent."""
    message = await receive()
    assert message["type"] == "http.request"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"rendered"})


def run(scene, *pending: UUID, redis_url: str = "") -> None:
    async def play() -> None:
        requests = Requests(*pending)
        async with running_hub(requests.among, redis_url) as hub:
            app = HoldForDecision(answer, hub.polls, requests.may_wait, hub.doors)
            await scene(hub, requests, app)
        assert len(hub.polls) == 0

    asyncio.run(play())


def poll(app, ask_id, wait="60", key="key") -> Call:
    headers = {"authorization": key} if key else {}
    return Call(app, f"/api/v1/requests/{ask_id}?wait={wait}", headers=headers)


async def all_wait(requests, count: int) -> None:
    """Until `count` polls were let in."""
    async with asyncio.timeout(20):
        while requests.admitted < count:
            await asyncio.sleep(0)


def test_the_bus_ends_the_wait_of_whom_it_concerns(monkeypatch):
    ask, other = uuid4(), uuid4()
    monkeypatch.setattr(polls, "LOOK_EVERY_S", 3600)

    async def scene(hub, requests, app) -> None:
        call, waiting = poll(app, ask), poll(app, other)
        await all_wait(requests, 2)
        requests.decide(ask)
        publisher = _Publisher(settings.REDIS_URL)
        while not call.task.done():  # until the subscription stands
            publisher.publish(Wake(1, "request.approved", str(ask), "", "").encode())
            await asyncio.sleep(0.01)
        assert call.body == b"rendered"
        assert not waiting.task.done()
        await gone(waiting)

    run(scene, ask, other)


def test_without_redis_the_wait_ends_a_moment_later():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        call = poll(app, ask)
        await all_wait(requests, 1)
        requests.decide(ask)
        await call.finished()
        assert call.body == b"rendered"

    run(scene, ask, redis_url=DEAD_REDIS)


def test_what_is_decided_already_is_answered_without_waiting():
    async def scene(hub, requests, app) -> None:
        await poll(app, uuid4()).finished()
        assert requests.looks == 0

    run(scene)


def test_a_decision_between_the_look_and_the_wait_is_not_missed(monkeypatch):
    """Decided and told while the first look is under way: the wake finds the waiter."""
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        loop = asyncio.get_running_loop()

        def decided_meanwhile(headers, ask_id) -> bool:
            requests.decide(ask_id)
            loop.call_soon_threadsafe(hub.polls.touch, str(ask_id))
            return True

        app._may_wait = decided_meanwhile
        await poll(app, ask).finished()

    monkeypatch.setattr(polls, "LOOK_EVERY_S", 3600)
    run(scene, ask)


def test_news_that_leave_it_pending_do_not_end_the_wait(monkeypatch):
    ask = uuid4()
    monkeypatch.setattr(polls, "LOOK_EVERY_S", 3600)

    async def scene(hub, requests, app) -> None:
        call = poll(app, ask)
        await all_wait(requests, 1)
        hub.polls.touch(str(ask))
        await asyncio.to_thread(requests.looked.wait, 10)
        assert not call.task.done()
        requests.decide(ask)
        hub.polls.touch(str(ask))
        await call.finished()

    run(scene, ask)


def test_the_wait_ends_with_its_time():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        call = await poll(app, ask, wait="1").finished()
        assert call.body == b"rendered"
        assert ask in requests.pending

    run(scene, ask)


def test_a_caller_who_leaves_is_forgotten():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        call = poll(app, ask)
        await all_wait(requests, 1)
        await gone(call)
        assert (call.status, len(hub.polls)) == (0, 0)

    run(scene, ask)


@pytest.mark.parametrize(
    "wait", ["0", "121", "-1", "x", "", "1.5", "9999", "60&wait=60", "%D9%A6"]
)
def test_a_wait_that_is_none_is_left_to_django(wait):
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        await poll(app, ask, wait=wait).finished()

    run(scene, ask)


def test_who_may_not_wait_is_left_to_django():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        call = await poll(app, ask, key="").finished()
        assert call.body == b"rendered"

    run(scene, ask)


def test_a_database_that_cannot_answer_is_left_to_django():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        def fail(headers, ask_id) -> bool:
            raise OperationalError

        app._may_wait = fail
        await poll(app, ask).finished()

    run(scene, ask)


def test_a_look_that_fails_is_made_again():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        failures = iter([OperationalError(), RuntimeError("a bug")])

        def fail_first(ids):
            for failure in failures:
                raise failure
            return requests.among(ids)

        hub.polls._pending_among = fail_first
        call = poll(app, ask)
        await all_wait(requests, 1)
        requests.decide(ask)
        await call.finished()

    run(scene, ask)


def test_a_stopping_server_sends_everybody_away_to_ask_again():
    ask = uuid4()

    async def scene(hub, requests, app) -> None:
        calls = [poll(app, ask) for _ in range(50)]
        await all_wait(requests, 50)
        hub.close()
        for call in calls:
            await call.finished()
            assert (call.status, call.problem()["code"]) == (503, "stopping")
            assert call.headers["retry-after"] == "1"

    run(scene, ask)


def test_a_crowd_beyond_the_limit_is_answered_at_once(monkeypatch):
    ask = uuid4()
    monkeypatch.setattr(polls, "MOST_WAITING", 2)

    async def scene(hub, requests, app) -> None:
        waiting = [poll(app, ask) for _ in range(2)]
        await all_wait(requests, 2)
        await poll(app, ask).finished()
        await gone(*waiting)

    run(scene, ask)


def test_a_thousand_waits_hold_no_connection_and_cost_one_look():
    asks = [uuid4() for _ in range(1000)]

    async def scene(hub, requests, app) -> None:
        may_wait = requests.may_wait

        def look_at_the_database(headers, ask_id) -> bool:
            connection.ensure_connection()
            return may_wait(headers, ask_id)

        app._may_wait = look_at_the_database
        calls = [poll(app, ask) for ask in asks]
        await all_wait(requests, 1000)
        await asyncio.to_thread(requests.looked.wait, 10)
        # The hub's own two readers may just be looking.
        assert await asyncio.to_thread(connections_out_of_the_pool) <= 2
        requests.pending.clear()
        for call in calls:
            await call.finished()
        assert requests.looks < 20

    run(scene, *asks)


def connections_out_of_the_pool() -> int:
    stats = connection.pool.get_stats()
    return stats["pool_size"] - stats["pool_available"]
