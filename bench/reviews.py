"""Four reviewers doing next → decide through HTTP, against a real server."""

from __future__ import annotations

import multiprocessing
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

SECONDS = 30.0
_STARTS_WITHIN_S = 60


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
    with _server() as url, multiprocessing.Pool(len(secrets)) as pool:
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


@contextmanager
def _server() -> Iterator[str]:
    """uvicorn as in production, on a free port of the loopback, one process a core."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "reviewapp.asgi:application"]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    command += ["--workers", str(os.cpu_count() or 1)]
    environment = os.environ | {"PUBLIC_URL": url, "LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(command, env=environment)  # noqa: S603  our own words
    try:
        _await(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await(url: str) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"{url}/healthz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)  # not listening yet
    raise RuntimeError("The server did not come up.")
