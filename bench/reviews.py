"""Four reviewers doing next → decide through HTTP, against a real server."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass

import httpx

from bench.server import serving

SECONDS = 30.0
WARM_UP_S = 2.0
# A reviewer thinks for longer than the server keeps a connection open (5 s), so every
# call comes by a new one. Four kept open could all lie with the same process.
_LIMITS = httpx.Limits(max_keepalive_connections=0)


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
    headers = {"Authorization": f"Bearer {secret}"}
    done = []
    with httpx.Client(
        base_url=url, headers=headers, timeout=30, limits=_LIMITS
    ) as http:
        while time.time() < until:
            taken = http.post("/api/v1/queues/general/next", json={})
            if taken.status_code == 204:
                break
            card = taken.raise_for_status().json()
            word = {"verdict": "approve", "version": card["version"]}
            answer = http.post(f"/api/v1/requests/{card['id']}/decide", json=word)
            answer.raise_for_status()
            done.append(card["id"])
    return done
