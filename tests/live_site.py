"""A real server on the test database: uvicorn in a process of its own.

For tests that need what the test client cannot show: a browser, a waiting agent, real
sockets. The server sees what tests commit, so such tests run with real transactions.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from django.db import connections

_STARTS_WITHIN_S = 40


@dataclass(frozen=True, slots=True)
class LiveSite:
    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def serve_site(port: int = 0, **environment: str) -> Iterator[LiveSite]:
    """Serve the test databases on the loopback until the block ends.

    `port`: where a killed site stood, to be found there again; else a free one.
    """
    port = port or free_port()
    url = f"http://localhost:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "uvicorn", "reviewapp.asgi:application"),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "2"),
        ],
        env={**os.environ, **database_urls(), "PUBLIC_URL": url, **environment},
    )
    try:
        _await(url, process)
        yield LiveSite(url, process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def database_urls() -> dict[str, str]:
    """The addresses of the databases of this test process, not of the stack."""
    return {
        variable: _renamed(os.environ[variable], connections[alias].settings_dict)
        for variable, alias in (
            ("DATABASE_URL", "default"),
            ("KEYS_DATABASE_URL", "keys"),
        )
    }


def _renamed(url: str, settings: dict[str, object]) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{settings['NAME']}"))


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}.")
        try:
            with urlopen(f"{url}/accounts/login/", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {_STARTS_WITHIN_S} s.")
