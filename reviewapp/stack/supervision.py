"""supervisord, which restarts what dies, and who restarts supervisord."""

import ctypes
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from reviewapp.stack.binaries import setpriv
from reviewapp.stack.console import StackError, say
from reviewapp.stack.folders import REPOSITORY, Folders
from reviewapp.stack.processes import (
    MARK_VARIABLE,
    children,
    end,
    process,
    wait_until,
)
from reviewapp.stack.servers import clear_leftovers
from reviewapp.stack.sockets import reachable

CONFIGURATION = Path(__file__).with_name("supervisord.conf")
START_PATIENCE = 60.0
STOP_PATIENCE = 25.0  # the programs' own limits (supervisord.conf), one after another
PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass
class Supervisor:
    """One supervisord, kept alive from outside.

    ``variables`` is the environment of everything it runs; supervisord.conf
    takes its paths from there. ``fleet``: whether the demo's agents run too.
    """

    folders: Folders
    variables: dict[str, str]
    fleet: bool = True
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start supervisord, and with it PostgreSQL and Redis."""
        _adopt_orphans()
        command = [*python("supervisor.supervisord"), "-c", str(CONFIGURATION)]
        self._child = subprocess.Popen(
            [setpriv(), "--pdeathsig=TERM", "--", *command],
            cwd=REPOSITORY,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            # Ctrl-C is for `up`, which stops the rest in order.
            start_new_session=True,
        )
        if not wait_until(lambda: self.control("pid") == 0, START_PATIENCE):
            raise StackError(f"supervisord does not come up: see {self.folders.log}")

    def start_application(self) -> None:
        self.control("start", *self._application)

    def restart_application(self) -> None:
        self.control("restart", *self._application)

    @property
    def _application(self) -> tuple[str, ...]:
        return ("application:*", "fleet") if self.fleet else ("application:*",)

    def control(self, *words: str) -> int:
        return control(self.variables, *words).returncode

    def keep_alive(self) -> None:
        """Start supervisord again if it died, and end what lost its parent."""
        if self._child is None or self._child.poll() is None:
            self._end_orphans()
            return
        say("supervisord died: starting it and all it ran again.")
        clear_leftovers(self.folders)
        self.start()
        self.start_application()

    def stop(self) -> None:
        """Stop everything in order: the application, then the servers."""
        if self._child and self._child.poll() is None:
            self._child.terminate()
            try:
                self._child.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        clear_leftovers(self.folders)
        self._end_orphans()

    def _end_orphans(self) -> None:
        """End processes that were adopted: the pool children of a killed worker."""
        supervisord = self._child.pid if self._child else 0
        orphans = [pid for pid in children(os.getpid()) if pid != supervisord]
        end(found for pid in orphans if (found := process(pid)))
        for pid in orphans:
            os.waitpid(pid, 0)


def python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def control(variables: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Say something to a running supervisord by its own command line."""
    return subprocess.run(
        [*python("supervisor.supervisorctl"), "-c", str(CONFIGURATION), *words],
        env=variables,
        text=True,
        capture_output=True,
        check=False,
    )


def supervised_variables(
    folders: Folders, variables: dict[str, str], *, port: int, version: int
) -> dict[str, str]:
    """Answer the whole environment of the supervised programs."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {
        "PUBLIC_URL": f"http://localhost:{port}",
        **os.environ,
        **variables,
        MARK_VARIABLE: folders.mark,
        "PATH": programs,
        "PORT": str(port),
        "STACK_POSTGRES": str(version),
        "STACK_REACHABLE": str(reachable(folders.root)),
    }


def _adopt_orphans() -> None:
    """Become the parent of grandchildren whose parent dies (prctl(2))."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
