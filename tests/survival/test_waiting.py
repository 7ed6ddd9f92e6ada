"""Agents that wait hold no database connection: 150 of them on a pool of two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from socket import create_connection
from urllib.parse import urlsplit
from urllib.request import urlopen

import httpx
import pytest
from django.db import connection

from queues.models import ActionRequest
from reviewapp.stack.processes import wait_until
from tests.builders import make_key
from tests.live_site import LiveSite, serve_site
from tests.queues.builders import make_ask, make_asking_system
from tests.survival.stages import PATIENCE_S

pytestmark = pytest.mark.django_db(transaction=True)

POLLS, POOL = 150, 2
ASKS = 10
NAME = "crowded"  # by which PostgreSQL knows the server's connections


@pytest.fixture
def server(transactional_db) -> Iterator[LiveSite]:
    with serve_site(DATABASE_POOL=str(POOL), PGAPPNAME=NAME) as site:
        yield site


def held(server: LiveSite) -> float:
    text = urlopen(f"{server.url}/metrics", timeout=PATIENCE_S).read().decode()
    found = re.search(r"^reviewapp_waiting_polls (\S+)$", text, re.MULTILINE)
    return float(found[1])


def connections_of_server() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [NAME],
        )
        return int(cursor.fetchone()[0])


def wait_for(ask: ActionRequest, server: LiveSite, key: str, wires: ExitStack) -> None:
    """Open a long poll on a socket of its own, and leave it open."""
    wire = create_connection(("127.0.0.1", urlsplit(server.url).port), PATIENCE_S)
    wires.enter_context(wire)
    wire.sendall(
        f"GET /api/v1/requests/{ask.pk}?wait=120 HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {key}\r\n\r\n".encode()
    )


def asks_seen_by_agent(server: LiveSite, key: str, asks: list[ActionRequest]) -> set:
    """Ordinary calls, which need a connection each, are answered beside the waits."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=PATIENCE_S) as http:
        answers = [http.get(f"/api/v1/requests/{ask.pk}") for ask in asks]
    return {answer.json()["status"] for answer in answers}


def test_a_hundred_and_fifty_polls_take_no_connection(server, reviewer) -> None:
    """Two connections serve the look-in of all, and the pages meanwhile."""
    system = make_asking_system()
    key = make_key(system)[1]
    asks = [make_ask(system) for _ in range(ASKS)]
    with ExitStack() as wires:
        for number in range(POLLS):
            wait_for(asks[number % ASKS], server, key, wires)
        assert wait_until(lambda: held(server) == POLLS, PATIENCE_S)
        assert 0 < connections_of_server() <= POOL
        assert asks_seen_by_agent(server, key, asks) == {"pending"}
        assert held(server) == POLLS
