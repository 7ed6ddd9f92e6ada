"""The queue page while a thousand agents wait by long poll, against the page alone.

`python -m bench.waiting` measures on a stack (`python -m reviewapp.stack run -- …`).
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

import django
import httpx

POLLS, PAGES, WARM_UP = 1_000, 100, 20
_HELD_WITHIN_S = 100
_GAUGE = re.compile(r"^reviewapp_waiting_polls (\S+)$", re.MULTILINE)
# The server's connections to both databases; ours is the one that asks.
_CONNECTIONS = """
    SELECT count(*), count(*) FILTER (WHERE state <> 'idle')
    FROM pg_stat_activity
    WHERE datname LIKE current_database() || '%' AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Look:
    """Milliseconds of each page; connections seen after them, and those at work."""

    pages: Sequence[float]
    connections: int
    busy: int

    @property
    def p50(self) -> float:
        return statistics.median(self.pages)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.pages, n=20)[-1]


@dataclass(frozen=True, slots=True)
class WaitingFigures:
    """Milliseconds, ratios beside / alone, connections that PostgreSQL counts.

    `busy` ones run a statement or keep a transaction open; the others lie in the pool.
    """

    polls: int
    alone_p50: float
    alone_p95: float
    beside_p50: float
    beside_p95: float
    ratio_p50: float
    ratio_p95: float
    connections_alone: int
    connections_beside: int
    busy_beside: int


def measure(polls: int = POLLS, pages: int = PAGES) -> dict[str, float]:
    """Time the queue page with no poll, with `polls`, and with none again."""
    from bench import stage
    from bench.server import serving

    stage.prepare()
    cookies = _signed_in(stage.make_people()[0])
    stage.make_waiting(polls)
    calls = _calls()
    with (
        serving(workers=1) as server,
        httpx.Client(base_url=server.url, cookies=cookies) as http,
    ):
        _look(http, WARM_UP)
        before = _look(http, pages)
        beside = asyncio.run(_look_beside(http, calls, pages))
        after = _look(http, pages)
    stage.drop_waiting()
    return asdict(_compared(polls, before, beside, after))


# Any person: Django is set up only once `measure` runs.
def _signed_in(person: object) -> dict[str, str]:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    name = settings.SESSION_COOKIE_NAME
    return {name: client.cookies[name].value}


def _calls() -> list[bytes]:
    """A long poll for each request that waits, with a key of its system."""
    from queues.models import ActionRequest
    from reviewapp.core.actors import Actor
    from systems.models import Scope
    from systems.services.keys import issue_key

    asks = ActionRequest.objects.waiting().select_related("system")
    system = asks[0].system
    _, key = issue_key(
        system, scopes=[Scope.REQUESTS], actor=Actor.of_process("the bench")
    )
    return [
        f"GET /api/v1/requests/{ask_id}?wait=120 HTTP/1.1\r\n"
        f"Host: localhost\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
        for ask_id in asks.values_list("pk", flat=True)
    ]


async def _look_beside(http: httpx.Client, calls: list[bytes], pages: int) -> Look:
    async with _held(http, calls):
        found = await asyncio.to_thread(_look, http, pages)
        still = await asyncio.to_thread(_waiting, http)
    if still < len(calls):
        raise RuntimeError(f"Only {still:.0f} polls waited to the end.")
    return found


@asynccontextmanager
async def _held(http: httpx.Client, calls: list[bytes]) -> AsyncIterator[None]:
    """Keep the polls open over plain sockets, which cost the bench nothing."""
    port = http.base_url.port
    writers = []
    async with asyncio.timeout(_HELD_WITHIN_S):
        for call in calls:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writers.append(writer)
            writer.write(call)
        while await asyncio.to_thread(_waiting, http) < len(calls):
            await asyncio.sleep(0.1)
    yield
    for writer in writers:
        writer.close()


def _waiting(http: httpx.Client) -> float:
    found = _GAUGE.search(http.get("/metrics", timeout=30).raise_for_status().text)
    return float(found[1]) if found else 0.0


def _look(http: httpx.Client, pages: int) -> Look:
    from django.db import connection

    times = [_page_ms(http) for _ in range(pages)]
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        total, busy = cursor.fetchone()
    connection.close()
    return Look(times, total, busy)


def _page_ms(http: httpx.Client) -> float:
    start = time.perf_counter()
    answer = http.get("/queue/", timeout=30)
    took = (time.perf_counter() - start) * 1000
    if answer.status_code != 200 or "Cancel reservation R-" not in answer.text:
        raise RuntimeError(f"The page answered {answer.status_code}.")
    return took


def _compared(polls: int, before: Look, beside: Look, after: Look) -> WaitingFigures:
    """Alone is before and after taken together: the machine may have got slower."""
    alone = Look([*before.pages, *after.pages], before.connections, before.busy)
    return WaitingFigures(
        polls=polls,
        alone_p50=alone.p50,
        alone_p95=alone.p95,
        beside_p50=beside.p50,
        beside_p95=beside.p95,
        ratio_p50=beside.p50 / alone.p50,
        ratio_p95=beside.p95 / alone.p95,
        connections_alone=alone.connections,
        connections_beside=beside.connections,
        busy_beside=beside.busy,
    )


def told(figures: dict[str, float]) -> str:
    return (
        "  queue page  {alone_p50:6.1f} ms alone, {beside_p50:6.1f} ms beside {polls:,}"
        " polls: {ratio_p50:4.2f} x\n"
        "    its p95   {alone_p95:6.1f} ms alone, {beside_p95:6.1f} ms beside:"
        " {ratio_p95:4.2f} x\n"
        "  connections {connections_alone} alone, {connections_beside} beside,"
        " {busy_beside} of them at work"
    ).format(**figures)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")
    django.setup()
    sys.stdout.write(f"{told(measure())}\n")
