"""Processes as /proc shows them: who is alive, whose they are, how they end."""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK_VARIABLE = "REVIEWAPP_STACK"
TICK = 0.05  # seconds between two looks
OPEN_FILES = 16_384
GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


@dataclass(frozen=True)
class Process:
    """A process told apart from a later one under the same number.

    ``started`` is in clock ticks since boot (proc(5), stat field 22).
    """

    pid: int
    started: int

    @property
    def alive(self) -> bool:
        return process(self.pid) == self

    def send(self, number: signal.Signals) -> None:
        if self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def process(pid: int) -> Process | None:
    """Look a process up; None when there is none, or only its corpse."""
    stat = _stat(pid)
    if stat is None or stat[0] in "ZX":
        return None
    return Process(pid, int(stat[19]))


def allow_open_files() -> None:
    """Raise our limit, and our children's: each waiting call holds a socket."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, hard))


def children(parent: int) -> list[int]:
    """List the direct children of a process, the dead that nobody fetched too."""
    numbers = (int(name) for name in os.listdir("/proc") if name.isdigit())
    stats = ((pid, _stat(pid)) for pid in numbers)
    return [pid for pid, stat in stats if stat and int(stat[1]) == parent]


def marked(mark: str) -> list[Process]:
    """Find the processes of a stack by the mark in their environment.

    The mark is inherited, so it finds what a recorded process id would miss:
    the pool children of a worker, a browser that a test left behind.
    """
    wanted = f"{MARK_VARIABLE}={mark}".encode()
    return [found for found in _all() if wanted in _environment(found.pid)]


def working_in(folder: Path, program: str) -> list[Process]:
    """Find servers by the folder they serve.

    PostgreSQL and Redis write their title over their environment, so the mark
    cannot be relied on; both stay in their folder. Where that is hidden (root in a
    container may not look into another user's process) the command line names it.
    """
    place = str(folder)
    return [
        found
        for found in _all()
        if _is(found.pid, program)
        if _link(found.pid, "cwd") == place or place in _arguments(found.pid)
    ]


def end(
    found: Iterable[Process],
    first: signal.Signals = signal.SIGTERM,
    patience: float = 5.0,
) -> None:
    """Ask processes to end, wait ``patience`` seconds, then kill what is left."""
    left = list(found)
    for each in left:
        each.send(first)
    if not wait_until(lambda: not any(each.alive for each in left), patience):
        for each in left:
            each.send(signal.SIGKILL)
        wait_until(lambda: not any(each.alive for each in left), patience)


def wait_until(true: Callable[[], bool], patience: float) -> bool:
    """Look every few milliseconds; False when ``patience`` seconds went by."""
    deadline = time.monotonic() + patience
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(TICK)
    return True


def _all() -> Iterator[Process]:
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            found = process(int(name))
            if found:
                yield found


def _stat(pid: int) -> list[str] | None:
    """Fields of /proc/PID/stat from the third on: the second may hold spaces."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except GONE:
        return None
    return text.rpartition(")")[2].split()


def _is(pid: int, program: str) -> bool:
    """Compare the name the kernel knows, which anybody may read (15 bytes)."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == program[:15]
    except GONE:
        return False


def _arguments(pid: int) -> list[str]:
    return [os.fsdecode(part) for part in _parts(pid, "cmdline")]


def _environment(pid: int) -> list[bytes]:
    return _parts(pid, "environ")


def _parts(pid: int, name: str) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().split(b"\0")
    except GONE:
        return []


def _link(pid: int, name: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except GONE:
        return ""
