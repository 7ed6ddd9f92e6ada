"""The real server: it stops at once, and a crowd that waits leaves the pages fast."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.db import connection, connections

from queues.models import ActionRequest
from queues.services.requests import withdraw_request
from systems.models import Scope
from systems.services.keys import issue_key
from tests.builders import actor_of_person
from tests.live_site import LiveSite, serve_site
from tests.queues.builders import agent_of, make_ask, make_asking_system, make_queue

pytestmark = pytest.mark.django_db(transaction=True)
POOL = 10
CROWD = 1_000
PATIENCE_S = 60


@pytest.fixture
def system(reviewer):
    make_queue(reviewer)
    return make_asking_system()


@pytest.fixture
def key(system, admin) -> str:
    actor = actor_of_person(admin)
    _, secret = issue_key(system, scopes=[Scope.REQUESTS], actor=actor)
    return f"Bearer {secret}"


@pytest.fixture
def site() -> Iterator[LiveSite]:
    with serve_site(DATABASE_POOL=str(POOL)) as site:
        yield site


class Wire:
    """One HTTP/1.1 request over a socket of its own; reads as it comes."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def get(cls, site: LiveSite, path: str, key: str) -> Wire:
        address = urlsplit(site.url)
        wire = cls(*await asyncio.open_connection("127.0.0.1", address.port))
        wire._writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Authorization: {key}\r\nConnection: close\r\n\r\n".encode()
        )
        return wire

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def until(self, sign: bytes) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await self._reader.readuntil(sign)

    async def rest(self) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await self._reader.read()


class Crowd:
    """Many wires to one site with one key, closed together."""

    def __init__(self, site: LiveSite, key: str) -> None:
        self._site, self._key = site, key
        self._wires: list[Wire] = []

    async def __aenter__(self) -> Crowd:
        return self

    async def __aexit__(self, *problem: object) -> None:
        await asyncio.gather(*(wire.close() for wire in self._wires))

    async def polls(self, asks: list[ActionRequest]) -> list[Wire]:
        """Open a long poll for each request, and see all of them wait."""
        paths = [f"/api/v1/requests/{ask.pk}?wait=100" for ask in asks]
        wires = [await self._get(path) for path in paths]
        await waiting(self._site, "reviewapp_waiting_polls", len(wires))
        return wires

    async def streams(self, count: int) -> list[Wire]:
        """Open event streams, and see all of them stand."""
        wires = [await self._get("/api/v1/events") for _ in range(count)]
        for wire in wires:
            await wire.until(b"retry: 1000")
        return wires

    async def _get(self, path: str) -> Wire:
        wire = await Wire.get(self._site, path, self._key)
        self._wires.append(wire)
        return wire


async def waiting(site: LiveSite, gauge: str, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await asyncio.to_thread(figure, site, gauge) < count:
            await asyncio.sleep(0.05)


def figure(site: LiveSite, name: str) -> float:
    text = urlopen(f"{site.url}/metrics", timeout=PATIENCE_S).read().decode()
    return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])


def seconds_of_pages(site: LiveSite, count: int) -> list[float]:
    """How long a page takes that needs Django and a template, slowest last."""
    took = []
    for _ in range(count):
        began = time.monotonic()
        urlopen(f"{site.url}/accounts/login/", timeout=PATIENCE_S).read()
        took.append(time.monotonic() - began)
    return sorted(took)


def connections_at_work() -> int:
    """Connections of the server that are doing something or keep a transaction open."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND state <> 'idle'"
        )
        at_work = int(cursor.fetchone()[0])
    connections.close_all()
    return at_work


def decided(ask: ActionRequest) -> None:
    withdraw_request(ask.pk, system=ask.system, actor=agent_of(ask.system))
    connections.close_all()


def play(
    site: LiveSite, key: str, scene: Callable[[Crowd], Coroutine[None, None, None]]
) -> None:
    async def with_crowd() -> None:
        async with Crowd(site, key) as crowd:
            await scene(crowd)

    asyncio.run(with_crowd())


def test_the_server_stops_at_once_and_sends_everybody_away(site, system, key):
    asks = [make_ask(system) for _ in range(5)]

    async def scene(crowd: Crowd) -> None:
        waiters = await crowd.polls(asks)
        listeners = await crowd.streams(5)
        began = time.monotonic()
        site.process.send_signal(signal.SIGTERM)
        for wire in waiters:
            assert b"503 Service Unavailable" in await wire.rest()
        for wire in listeners:
            assert (await wire.rest()).endswith(b"0\r\n\r\n"), "ended in good order"
        await asyncio.to_thread(site.process.wait, PATIENCE_S)
        assert time.monotonic() - began < 3

    play(site, key, scene)
    assert site.process.returncode in (0, -signal.SIGTERM)


@pytest.mark.slow
def test_a_thousand_waits_and_streams_hold_no_connection_and_slow_no_page(
    site, system, key
):
    asks = [make_ask(system) for _ in range(50)]
    alone = seconds_of_pages(site, 20)

    async def scene(crowd: Crowd) -> None:
        waiters = await crowd.polls([*asks] * (CROWD // len(asks)))
        listeners = await crowd.streams(CROWD)
        assert await asyncio.to_thread(connections_at_work) <= 2
        beside = await asyncio.to_thread(seconds_of_pages, site, 20)
        assert beside[-1] < max(0.5, 5 * alone[-1])
        began = time.monotonic()
        await asyncio.to_thread(decided, asks[0])
        for wire in listeners:
            await wire.until(b"request.withdrawn")
        heard = time.monotonic() - began
        for wire in waiters[:: len(asks)]:
            assert b"withdrawn" in await wire.rest()
        print(  # noqa: T201  the figures are what this test is for
            f"{CROWD} polls and {CROWD} streams: page {alone[-1]:.3f} s alone,"
            f" {beside[-1]:.3f} s beside; all heard in {heard:.2f} s"
        )
        assert heard < 5

    play(site, key, scene)
