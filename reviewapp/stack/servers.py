"""PostgreSQL and Redis as children of one command: start, use, stop."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from reviewapp.stack.binaries import DEFAULT_POSTGRES, POSTGRES_FOLDERS
from reviewapp.stack.console import StackError
from reviewapp.stack.environment import stack_variables
from reviewapp.stack.folders import Folders
from reviewapp.stack.occupancy import (
    RunFile,
    announce,
    as_guest,
    ownership,
    this_process,
    wait_for_guests,
    withdraw,
)
from reviewapp.stack.postgres import end_postgres, postgres
from reviewapp.stack.processes import MARK_VARIABLE, end, marked, wait_until
from reviewapp.stack.redis_server import Redis, end_redis

STOP_PATIENCE = 10.0  # seconds until a server that was asked to stop is killed
START_PATIENCE = 60.0  # starting may mean recovering from a kill -9


class Server(Protocol):
    """What PostgreSQL and Redis have in common for those who start them."""

    @property
    def name(self) -> str: ...
    @property
    def home(self) -> Path: ...
    @property
    def command(self) -> list[str]: ...
    @property
    def ready(self) -> bool: ...
    def prepare(self) -> None: ...


@dataclass(frozen=True)
class Wanted:
    """Which PostgreSQL a command asks for, and whether it must survive power cuts."""

    version: int = DEFAULT_POSTGRES
    durable: bool = True


@contextmanager
def stack(folders: Folders, wanted: Wanted) -> Iterator[dict[str, str]]:
    """Yield the variables of a running stack: started here, or somebody else's."""
    folders.make()
    with ownership(folders) as mine:
        if mine:
            with _own_servers(folders, wanted) as variables:
                yield variables
                wait_for_guests(folders)
        else:
            with as_guest(folders) as running:
                _require(running, wanted)
                yield stack_variables(folders)


def clear_leftovers(folders: Folders) -> None:
    """End all processes of a stack; only the owner of its lock may."""
    end(marked(folders.mark))
    for version in POSTGRES_FOLDERS:
        end_postgres(folders.postgres / str(version))
    end_redis(folders.redis)


def become(server: Server) -> NoReturn:
    """Turn this process into the server, as supervisord wants its children.

    It prepares at every start: after a kill -9 the next try finds no stale lock
    file and none of the killed server's helpers.
    """
    server.prepare()
    # The mark is for those who are sent SIGTERM: PostgreSQL would wait on clients.
    os.environ.pop(MARK_VARIABLE, None)
    os.chdir(server.home)
    os.execv(server.command[0], server.command)  # noqa: S606 - no shell wanted


def await_ready(server: Server, log: Path, gone: Callable[[], bool]) -> None:
    """Wait until a server answers; fail at once when it is ``gone``."""
    wait_until(lambda: server.ready or gone(), START_PATIENCE)
    if gone() or not server.ready:
        raise StackError(f"{server.name} does not come up. {log} ends:\n{_tail(log)}")


@contextmanager
def _own_servers(folders: Folders, wanted: Wanted) -> Iterator[dict[str, str]]:
    clear_leftovers(folders)
    database = postgres(folders, wanted.version, durable=wanted.durable)
    with ExitStack() as running:
        for server in (database, Redis(folders)):
            running.enter_context(_started(server, folders.log))
        database.make_databases()
        announce(folders, RunFile(*this_process(), wanted.version))
        running.callback(clear_leftovers, folders)
        running.callback(withdraw, folders)
        yield stack_variables(folders) | {MARK_VARIABLE: folders.mark}


@contextmanager
def _started(server: Server, logs: Path) -> Iterator[None]:
    """Run a server until the block ends; SIGINT stops both of ours at once."""
    server.prepare()
    log = logs / f"{server.name}.log"
    with log.open("w") as output:
        # A session of its own: Ctrl-C is for the command, which still needs us.
        child = subprocess.Popen(
            server.command,
            cwd=server.home,
            env={k: v for k, v in os.environ.items() if k != MARK_VARIABLE},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        await_ready(server, log, gone=lambda: child.poll() is not None)
        yield
    finally:
        _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _require(running: RunFile, wanted: Wanted) -> None:
    if running.version != wanted.version:
        raise StackError(
            f"This DATA_DIR already runs PostgreSQL {running.version}, "
            f"and {wanted.version} was asked for: name another DATA_DIR."
        )


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
