"""A real server and a real agent's key, for tests that need sockets between them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Generic, TypeVar
from urllib.request import urlopen

import pytest
from reviewapp_client import Client

from tests.builders import make_key
from tests.live_site import LiveSite, serve_site
from tests.queues.builders import make_asking_system, make_policy, make_queue

_PATIENCE_S = 20
T = TypeVar("T")


@pytest.fixture(scope="session")
def live_site(django_db_setup, django_db_blocker) -> Iterator[LiveSite]:
    with django_db_blocker.unblock(), serve_site() as site:
        yield site


@pytest.fixture
def agent(live_site, transactional_db) -> Iterator[Client]:
    """The released client with a key of a live system; asks land in `general`."""
    make_policy()
    make_queue()
    secret = make_key(make_asking_system())[1]
    with Client(live_site.url, secret, retry_for=20) as client:
        yield client


class Beside(threading.Thread, Generic[T]):
    """Something that runs beside the test. One that hangs does not hang the suite."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self._result: Future[T] = Future()
        self.start()

    def run(self) -> None:
        try:
            self._result.set_result(self._work())
        except Exception as error:
            self._result.set_exception(error)

    def result(self) -> T:
        return self._result.result(_PATIENCE_S)


@pytest.fixture
def until_held(live_site) -> Callable[[str], None]:
    """Return once the server holds a "waiting_polls" or "event_streams"."""

    def look(what: str) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not _held(live_site.url, what):
            if time.monotonic() > until:
                raise TimeoutError(f"The server never held {what}.")

    return look


def _held(url: str, what: str) -> float:
    with urlopen(f"{url}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    values = [one for one in lines if one.startswith(f"reviewapp_{what}")]
    return sum(float(line.rpartition(" ")[2]) for line in values)
