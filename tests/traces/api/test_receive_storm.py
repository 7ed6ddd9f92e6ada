"""Released exporters through a storm of 503 lose nothing. And why it is never 429."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)

from tests.live_site import LiveSite, serve_site
from tests.traces.api.exporters import PINNED, RELEASED, start_agent
from tests.traces.api.outbox import kept
from traces.models import Batch

SLOWLY = [pytest.param(version, marks=pytest.mark.slow) for version in RELEASED]
PATIENCE_S = 60
# Five seconds of them, and what is known of the outbox holds for one.
BATCHES = 20


class Storm:
    """A receiver whose outbox is soon full, and emptied after each refusal."""

    def __init__(self, site: LiveSite) -> None:
        self.url = site.url
        self.refusals = 0
        self.names: Counter[str] = Counter()

    def blow(self, agent) -> None:
        """Empty the outbox whenever somebody was sent away, until the agent ends."""
        while agent.poll() is None:
            refused = self._refused()
            if refused > self.refusals:
                self.refusals = refused
                self._empty()
        self._empty()

    def _refused(self) -> int:
        text = urlopen(f"{self.url}/metrics", timeout=PATIENCE_S).read().decode()
        found = re.search(
            r'^django_http_responses_total_by_status_total\{status="503"\} (\S+)$',
            text,
            re.MULTILINE,
        )
        return int(float(found[1])) if found else 0

    def _empty(self) -> None:
        """Digest, as far as this test goes: note what came, and let it go."""
        standing = list(Batch.objects.values_list("pk", flat=True))
        self.names.update(one.name for one in kept(pks=standing))
        Batch.objects.filter(pk__in=standing).delete()


@pytest.fixture
def storm(transactional_db) -> Iterator[Storm]:
    with serve_site(INGEST_MOST_WAITING="3") as site:
        yield Storm(site)


@pytest.mark.parametrize("version", [PINNED, *SLOWLY])
def test_an_exporter_loses_nothing_in_a_storm(storm, secret, version):
    agent = start_agent(version, storm.url, secret, batches=BATCHES, spans=20)
    storm.blow(agent)
    said, _ = agent.communicate(timeout=PATIENCE_S)
    assert agent.returncode == 0, said
    assert storm.refusals >= 2, "there was a storm"
    sent = {f"{batch}.{number}" for batch in range(BATCHES) for number in range(20)}
    assert set(storm.names) == sent, said
    assert set(storm.names.values()) == {1}


class _Throttle(BaseHTTPRequestHandler):
    """A stand-in that says 429 to the first export and 200 to all others."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        server.asked += 1
        status = 429 if server.asked == 1 else 200
        if status == 200:
            for group in ExportTraceServiceRequest.FromString(body).resource_spans:
                server.kept.update(
                    one.name for scope in group.scope_spans for one in scope.spans
                )
        self.send_response(status)
        self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said: object) -> None:
        """Not to the test's output."""


@pytest.fixture
def throttle() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Throttle)
    server.asked, server.kept = 0, set()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("version", "loses"),
    [
        (PINNED, False),
        *(
            pytest.param(version, loses, marks=pytest.mark.slow)
            for version, loses in zip(RELEASED, (True, True, False), strict=True)
        ),
    ],
)
def test_what_429_would_do(throttle, version, loses):
    """Kept as the reason: to most exporters in use 429 means to drop the batch."""
    url = f"http://127.0.0.1:{throttle.server_port}"
    agent = start_agent(version, url, "none", batches=2, spans=5)
    said, _ = agent.communicate(timeout=PATIENCE_S)
    sent = {f"{batch}.{number}" for batch in range(2) for number in range(5)}
    assert bool(sent - throttle.kept) is loses, said
