"""Four reviewers doing next → decide through HTTP, against a real server.

They sit on the server's own cores, so they call by `http.client`: what httpx does for a
call would be time that the server does not get.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from bench.server import serving

SECONDS = 30.0
WARM_UP_S = 2.0
_TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """`doubled`: requests that were decided more than once; must be 0.

    `cpu_ms`: of all web processes for one review; it hardly depends on what else the
    machine does. PostgreSQL's and the reviewers' own come on top.
    """

    waiting: int
    reviews: int
    seconds: float
    doubled: int
    cpu_ms: float

    @property
    def per_second(self) -> float:
        return self.reviews / self.seconds


def measure_reviews(secrets: list[str], waiting: int) -> ReviewFigures:
    with serving() as server, multiprocessing.Pool(len(secrets)) as pool:
        calls = [(server.url, secret) for secret in secrets]
        # Every process has answered once before the clock starts.
        pool.starmap(_review, [(*call, time.time() + WARM_UP_S) for call in calls])
        start, cpu = time.perf_counter(), server.cpu_s()
        done = pool.starmap(_review, [(*call, time.time() + SECONDS) for call in calls])
        seconds, cpu = time.perf_counter() - start, server.cpu_s() - cpu
    ids = [ask_id for mine in done for ask_id in mine]
    doubled = len(ids) - len(set(ids))
    return ReviewFigures(waiting, len(ids), seconds, doubled, cpu * 1000 / len(ids))


def _review(url: str, secret: str, until: float) -> list[str]:
    """Take the next and approve it, as fast as the server answers."""
    done = []
    while time.time() < until:
        card = _post(url, secret, "/api/v1/queues/general/next", {})
        if card is None:
            break
        word = {"verdict": "approve", "version": card["version"]}
        _post(url, secret, f"/api/v1/requests/{card['id']}/decide", word)
        done.append(card["id"])
    return done


# Any, twice: JSON.
def _post(url: str, secret: str, path: str, body: dict[str, Any]) -> Any:
    """Return what was answered, or None where nothing was (204).

    A reviewer thinks for longer than the server keeps a connection open (5 s), so every
    call comes by a new one. Four kept open could all lie with the same process.
    """
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_S)) as http:
        http.request("POST", path, json.dumps(body), headers)
        answer = http.getresponse()
        if answer.status not in (200, 204):
            raise RuntimeError(f"{path} answered {answer.status}.")
        return json.loads(answer.read()) if answer.status == 200 else None
