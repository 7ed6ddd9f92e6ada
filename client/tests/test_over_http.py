"""Over real sockets: long polls, a server that restarts, agents that are killed."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reviewapp_client import AsyncClient, Client

from .fake_server import Asked, FakeServer
from .http_server import HttpServer
from .till import Till, gated, gated_async

AGENT = Path(__file__).with_name("agent.py")


@pytest.fixture
def http() -> Iterator[HttpServer]:
    server = HttpServer()
    yield server
    server.stop()


def decide(server: FakeServer) -> None:
    """Answer while the agent's poll is held."""
    with server.changed:
        server.only.approve()
        server.changed.notify_all()


class Waiting:
    """A gated call in a thread of its own."""

    def __init__(self, url: str, till: Till) -> None:
        self.value: Any = None
        self._url, self._till = url, till
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with Client(self._url, "secret", retry_for=10) as client:
            self.value = gated(client, self._till)("A-17", intent="i")

    def result(self) -> Any:
        self._thread.join(20)
        return self.value


def test_a_held_poll_ends_with_the_decision(http: HttpServer, till: Till) -> None:
    waiting = Waiting(http.url, till)
    assert http.polling.wait(20)
    decide(http.fake)
    assert waiting.result() == "re_1"
    assert http.fake.only.status == "succeeded"


def test_a_server_that_restarts_under_a_poll_goes_unnoticed(
    http: HttpServer, till: Till
) -> None:
    waiting = Waiting(http.url, till)
    assert http.polling.wait(20)
    http.stop()
    http.start()
    assert http.polling.wait(20)
    decide(http.fake)
    assert waiting.result() == "re_1"
    assert till.paid == [("A-17", "1.00")]


def test_the_asyncio_client_does_the_same(http: HttpServer, till: Till) -> None:
    async def run() -> Any:
        async with AsyncClient(http.url, "secret") as client:
            task = asyncio.ensure_future(gated_async(client, till)("A-17", intent="i"))
            await asyncio.to_thread(http.polling.wait, 20)
            decide(http.fake)
            return await task

    assert asyncio.run(run()) == "re_1"


class Agent:
    """The agent as a process, with its journal and its till on disk."""

    def __init__(self, url: str, folder: Path) -> None:
        self._args = [url, str(folder / "agent.journal"), str(folder / "till")]
        self._till = folder / "till"

    def run(self, die_at: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(AGENT), *self._args, die_at],
            capture_output=True,
            text=True,
            timeout=60,
        )

    @property
    def paid(self) -> list[str]:
        return self._till.read_text().split() if self._till.exists() else []


@pytest.fixture
def agent(http: HttpServer, tmp_path: Path) -> Agent:
    http.fake.people.append(Asked.approve)
    return Agent(http.url, tmp_path)


@pytest.mark.parametrize(
    ("die_at", "then"),
    [
        ("before POST requests", "paid"),
        ("after POST requests", "paid"),
        ("before POST redeem", "paid"),
        ("after POST redeem", "paid"),
        ("in act", "uncertain"),
        ("before POST outcome", "already succeeded"),
        ("after POST outcome", "already succeeded"),
    ],
)
def test_a_killed_process_never_acts_twice(
    http: HttpServer, agent: Agent, die_at: str, then: str
) -> None:
    killed = agent.run(die_at)
    assert killed.returncode == 9, killed.stderr
    restarted = agent.run()
    assert restarted.stdout.strip() == then, restarted.stderr
    assert agent.paid == ["A-17"]
    assert http.fake.only.status == ("uncertain" if die_at == "in act" else "succeeded")
