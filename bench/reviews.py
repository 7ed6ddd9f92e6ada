"""Four reviewers doing next → decide through HTTP, against a real server."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass

import httpx

from bench.server import serving

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """`doubled`: requests that were decided more than once; must be 0."""

    waiting: int
    reviews: int
    seconds: float
    doubled: int

    @property
    def per_second(self) -> float:
        return self.reviews / self.seconds


def measure_reviews(secrets: list[str], waiting: int) -> ReviewFigures:
    with serving() as url, multiprocessing.Pool(len(secrets)) as pool:
        start = time.perf_counter()
        until = time.time() + SECONDS
        done = pool.starmap(_review, [(url, secret, until) for secret in secrets])
        seconds = time.perf_counter() - start
    ids = [ask_id for mine in done for ask_id in mine]
    return ReviewFigures(waiting, len(ids), seconds, len(ids) - len(set(ids)))


def _review(url: str, secret: str, until: float) -> list[str]:
    """Take the next and approve it, as fast as the server answers."""
    headers = {"Authorization": f"Bearer {secret}"}
    done = []
    with httpx.Client(base_url=url, headers=headers, timeout=30) as http:
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
