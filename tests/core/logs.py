"""Builders for tests of the log: events, transactions that stay open, readers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

import pgtrigger.registry
from django.db import connection, transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import Epoch, Event
from reviewapp.core.models.log_order import OldestRunning

T = TypeVar("T")


def append(verb: str = "thing.done", **facts: Any) -> Event:
    """Record one event in a transaction of its own."""
    with transaction.atomic():
        return append_inside(verb, **facts)


def append_inside(
    verb: str = "thing.done", actor: Actor | None = None, **facts: Any
) -> Event:
    """Record one event in the transaction that is open."""
    actor = actor or Actor.of_process("a test")
    return record_event(verb, Epoch(number=1), actor=actor, facts=facts)


def append_for(system: UUID, verb: str = "thing.done", **facts: Any) -> Event:
    return append(verb, system=str(system), **facts)


@contextmanager
def unguarded(*uris: str) -> Iterator[None]:
    """Pass triggers by on this connection, as whoever owns the database can.

    `pgtrigger.ignore` would put a second statement before each, and PostgreSQL takes
    one at a time where values are sent apart from it.
    """
    guards = pgtrigger.registry.registered(*uris)
    _pass_by(trigger.get_pgid(model) for model, trigger in guards)
    try:
        yield
    finally:
        _pass_by(())


def _pass_by(names: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        setting = "{" + ",".join(names) + "}"
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, false)", [setting])


class HeldTransaction:
    """A transaction of another thread, with one event in it, that waits to commit."""

    def __init__(self) -> None:
        self._written, self._go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._written.wait(10)

    def commit(self) -> None:
        self._go.set()
        self._thread.join()

    def _run(self) -> None:
        with transaction.atomic():
            self.result = append_inside("thing.begun").pk
            self._written.set()
            assert self._go.wait(10)
        connection.close()


def everything_settled() -> None:
    """Wait until no transaction in this database holds readers back any more."""
    newest = Event.objects.newest_first().first()
    if newest is not None:
        eventually(lambda: _oldest_running() > newest.xact)


def eventually(condition: Callable[[], T], seconds: float = 60.0) -> T:
    """Return the first truthy result; fail when there was none in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.01)
    raise AssertionError("It did not come true in time.")


def _oldest_running() -> int:
    return Event.objects.values_list(OldestRunning(), flat=True)[0]
