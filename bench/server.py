"""A real server for the bench: uvicorn as in production, on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import httpx

from reviewapp.stack.processes import children

_STARTS_WITHIN_S = 60
# Of its log, where something goes wrong.
_LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `pid`: the process whose children answer."""

    url: str
    pid: int

    def cpu_s(self) -> float:
        """CPU seconds that its processes have used; steadier than the clock."""
        ticks = sum(_cpu_ticks(pid) for pid in (self.pid, *children(self.pid)))
        return ticks / os.sysconf("SC_CLK_TCK")


def _cpu_ticks(pid: int) -> int:
    """User and system time (proc(5), stat fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


@contextmanager
def serving(workers: int = 0) -> Iterator[Server]:
    """Yield a server with so many processes; 0: one a core."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "reviewapp.asgi:application"]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    command += ["--workers", str(workers or os.cpu_count() or 1)]
    environment = os.environ | {"PUBLIC_URL": url}
    # It logs every call, as in production, but not between the figures.
    with TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=environment, stderr=log)  # noqa: S603
        try:
            _await(url)
            yield Server(url, process.pid)
        except Exception:
            log.seek(0)
            sys.stderr.writelines(log.readlines()[-_LINES_SHOWN:])
            raise
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
