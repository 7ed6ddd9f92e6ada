"""kill -9 during a load of spans: what was acknowledged is there, and there once."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import UUID

import psycopg
import pytest

from reviewapp.stack.processes import wait_until
from tests.survival.stages import PATIENCE_S, House
from tests.traces.otlp.bodies import span, traces_of

SPANS = 10_000
A_BATCH = 200
A_TRACE = 20
EXPORTERS = 4
VICTIMS = ("web", "digester", "redis", "postgres", "digester", "web")


@dataclass
class Exporters:
    """Four exporters that try each batch again until it is acknowledged."""

    url: str
    key: str
    acknowledged: set[int] = field(default_factory=set)
    refusals: set[int] = field(default_factory=set)
    _waiting: list[int] = field(default_factory=lambda: list(range(SPANS // A_BATCH)))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [
            threading.Thread(target=self._export, daemon=True) for _ in range(EXPORTERS)
        ]
        for thread in threads:
            thread.start()
        return threads

    def _export(self) -> None:
        while (number := self._next()) is not None:
            body = traces_of(*spans_of(number)).SerializeToString()
            while not self._send(body):
                time.sleep(0.2)
            with self._lock:
                self.acknowledged.add(number)

    def _next(self) -> int | None:
        with self._lock:
            return self._waiting.pop() if self._waiting else None

    def _send(self, body: bytes) -> bool:
        request = Request(f"{self.url}/v1/traces", body)
        request.add_header("Content-Type", "application/x-protobuf")
        request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with urlopen(request, timeout=30) as answer:
                return bool(answer.status == 200)
        except HTTPError as refusal:
            self.refusals.add(refusal.code)
        except (URLError, OSError):
            pass  # killed while it answered: an exporter sends the same once more
        return False


def spans_of(batch: int) -> list:
    first = batch * A_BATCH
    return [
        span(number + 1, trace_id=(number // A_TRACE + 1).to_bytes(16, "big"))
        for number in range(first, first + A_BATCH)
    ]


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_every_acknowledged_span_is_there_once(house_to_kill: House) -> None:
    house = house_to_kill
    key = house.manage("issue_key", "support-agent", "--scopes", "traces")
    exporters = Exporters(house.url, key)
    threads = exporters.start()
    for kills, name in enumerate(VICTIMS, start=1):
        due = kills * (SPANS // A_BATCH) // (len(VICTIMS) + 2)
        assert wait_until(
            lambda due=due: len(exporters.acknowledged) >= due, PATIENCE_S
        )
        house.kill(name)
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(exporters.acknowledged) == SPANS // A_BATCH
    assert exporters.refusals <= {503}
    house.until_ready()
    with psycopg.connect(house.variables["DATABASE_URL"], autocommit=True) as database:
        assert wait_until(lambda: is_digested(database), PATIENCE_S)
        told = database.execute(
            "SELECT count(*), sum(spans), min(spans), max(spans), sum(replays)"
            " FROM traces_trace WHERE trace_id <= %s",
            # Beside ours stand the runs of the demo's cases.
            [UUID(int=SPANS // A_TRACE)],
        ).fetchone()
        aside = database.execute("SELECT count(*) FROM traces_quarantined").fetchone()
    assert told == (SPANS // A_TRACE, SPANS, A_TRACE, A_TRACE, 0)
    assert aside == (0,)


def is_digested(database: psycopg.Connection) -> bool:
    left = database.execute(
        "SELECT (SELECT count(*) FROM traces_batch)"
        " + (SELECT count(*) FROM traces_trace WHERE dirty_since IS NOT NULL)"
    ).fetchone()
    return left == (0,)
