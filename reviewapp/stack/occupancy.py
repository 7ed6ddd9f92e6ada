"""Who holds a stack: one owner who started it, and guests who only use it.

Both are file locks, which the kernel drops when a process dies however it dies:
unlike a file with a process id in it, they are never stale.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from reviewapp.stack.console import StackError, say
from reviewapp.stack.folders import Folders, write_private
from reviewapp.stack.processes import process, wait_until

START_PATIENCE = 120.0  # seconds a guest waits for an owner who is still starting


@dataclass(frozen=True)
class RunFile:
    """What the owner tells others of a stack that is up."""

    pid: int
    started: int
    version: int  # of PostgreSQL
    address: str = ""
    ready: bool = True


def announce(folders: Folders, running: RunFile) -> None:
    write_private(_run_file(folders), json.dumps(asdict(running)))


def withdraw(folders: Folders) -> None:
    _run_file(folders).unlink(missing_ok=True)


def owner_of(folders: Folders) -> RunFile | None:
    """Read the run file; None when its owner is not alive, whatever it says."""
    try:
        found = RunFile(**json.loads(_run_file(folders).read_text()))
    except FileNotFoundError:
        return None
    owner = process(found.pid)
    return found if owner and owner.started == found.started else None


def running_stack(folders: Folders) -> RunFile | None:
    """Answer the stack whose databases can be used now, if there is one."""
    found = owner_of(folders)
    return found if found and found.ready else None


@contextmanager
def ownership(folders: Folders) -> Iterator[bool]:
    """Hold the stack as its owner; yields False when somebody else does."""
    with (folders.run / "owner.lock").open("a") as file:
        yield _locked(file, fcntl.LOCK_EX)


@contextmanager
def as_guest(folders: Folders) -> Iterator[RunFile]:
    """Use a stack that runs; its owner stays until its guests have left."""
    with (folders.run / "guests.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        wait_until(lambda: running_stack(folders) is not None, START_PATIENCE)
        found = running_stack(folders)
        if found is None:
            raise StackError(f"The stack in {folders.root} does not come up.")
        yield found


def wait_for_guests(folders: Folders) -> None:
    """Block until no guest is left; only then may the owner stop the servers."""
    with (folders.run / "guests.lock").open("a") as file:
        if not _locked(file, fcntl.LOCK_EX):
            say("Another command still uses this stack: waiting for it to end.")
            fcntl.flock(file, fcntl.LOCK_EX)


def _locked(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _run_file(folders: Folders) -> Path:
    return folders.run / "stack.json"


def this_process() -> tuple[int, int]:
    """Answer the id and start of this process, as a run file holds them."""
    myself = process(os.getpid())
    if myself is None:
        raise StackError("/proc does not show this process: the stack needs Linux.")
    return myself.pid, myself.started
