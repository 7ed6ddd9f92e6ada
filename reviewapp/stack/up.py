"""`make demo`: everything at once, kept up until Ctrl-C.

The parent is thin: it brings the databases up to date, then only watches over
supervisord and says what a person must know.
"""

import http.client
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

from reviewapp.stack.commands import Terminated, unwinding_on_signals
from reviewapp.stack.console import StackError, say
from reviewapp.stack.environment import stack_variables
from reviewapp.stack.folders import REPOSITORY, Folders
from reviewapp.stack.occupancy import (
    RunFile,
    announce,
    owner_of,
    ownership,
    this_process,
    withdraw,
)
from reviewapp.stack.postgres import postgres
from reviewapp.stack.processes import wait_until
from reviewapp.stack.redis_server import Redis
from reviewapp.stack.reloading import Changes
from reviewapp.stack.servers import await_ready, clear_leftovers
from reviewapp.stack.supervision import Supervisor, supervised_variables

READY_PATIENCE = 180.0
WATCH = 1.0  # seconds between two looks at supervisord


def up(
    folders: Folders, *, port: int, version: int, reload: bool, fleet: bool = True
) -> int:
    """Run the whole product until Ctrl-C or SIGTERM; 0 when it ended by that."""
    folders.make()
    with unwinding_on_signals(), ownership(folders) as mine:
        if not mine:
            raise StackError(_already_runs(folders))
        clear_leftovers(folders)
        _require_free(port)
        with suppress(Terminated):
            _serve(folders, port, version, reload=reload, fleet=fleet)
    say("Stopped.")
    return 0


def _serve(
    folders: Folders, port: int, version: int, *, reload: bool, fleet: bool
) -> None:
    variables = supervised_variables(
        folders, stack_variables(folders), port=port, version=version
    )
    supervisor = Supervisor(folders, variables, fleet)
    running = RunFile(*this_process(), version, address=variables["PUBLIC_URL"])
    announce(folders, replace(running, ready=False))
    try:
        supervisor.start()
        logins = _prepare_databases(folders, variables, version)
        announce(folders, running)
        supervisor.start_application()
        _say_ready(folders, running.address, port, logins)
        _watch(supervisor, Changes() if reload else None)
    finally:
        say("Stopping …")
        withdraw(folders)
        supervisor.stop()


def _prepare_databases(
    folders: Folders, variables: dict[str, str], version: int
) -> str:
    """Wait for the servers, migrate, seed; answer what the seed says of logins."""
    database = postgres(folders, version, durable=True)
    for server in (database, Redis(folders)):
        # supervisord tries again by itself, so that a failed start is no end.
        await_ready(server, folders.log / f"{server.name}.log", gone=lambda: False)
    database.make_databases()
    say("Bringing the databases up to date …")
    _manage(variables, "migrate", "--verbosity=0")
    _manage(variables, "migrate", "--database=keys", "--verbosity=0")
    return _manage(variables, "seed_demo")


def _manage(variables: dict[str, str], *words: str) -> str:
    """Run a command of Django's; answer its standard output."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=REPOSITORY,
        env=variables,
        text=True,
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise StackError(f"{done.stdout}manage.py {words[0]} failed.")
    return done.stdout


def _say_ready(folders: Folders, address: str, port: int, logins: str) -> None:
    if not wait_until(lambda: _readyz(port)[0] == 200, READY_PATIENCE):
        say(f"Not ready after {READY_PATIENCE:.0f} s, still trying. /readyz says:")
        say(f"{_readyz(port)[1]}\nThe logs are in {folders.log}.")
    say(f"{logins}\nReviewapp is at {address}\nCtrl-C stops all of it.")


def _readyz(port: int) -> tuple[int, str]:
    """Ask web how all parts are; status 0 when it does not answer."""
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as problem:
        return 0, str(problem)
    finally:
        connection.close()


def _watch(supervisor: Supervisor, changes: Changes | None) -> None:
    """Keep supervisord alive until a signal ends the block."""
    while True:
        supervisor.keep_alive()
        if changes is None:
            time.sleep(WATCH)
        elif changes.came(WATCH):
            say("The code changed: starting the application again.")
            supervisor.restart_application()


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            raise StackError(
                f"Port {port} cannot be used ({problem.strerror}): "
                f"take another with PORT={port + 1}."
            ) from problem


def _already_runs(folders: Folders) -> str:
    running = owner_of(folders)
    where = running.address if running and running.address else "by another command"
    return f"The stack in {folders.root} already runs: {where}."
