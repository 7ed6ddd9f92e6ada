"""Where the proofs play: one web process on the test's databases, or the whole house.

Both can be killed part by part, and come back at the same address.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from reviewapp.stack.binaries import DEFAULT_POSTGRES
from reviewapp.stack.environment import stack_variables
from reviewapp.stack.folders import REPOSITORY, Folders
from reviewapp.stack.processes import Process, process, wait_until
from reviewapp.stack.redis_server import Redis, redis_urls
from reviewapp.stack.supervision import control, supervised_variables
from tests.live_site import LiveSite, free_port, serve_site

# The machine may be busy with seven other things.
PATIENCE_S = 240.0
PROGRAMS = {"web", "digester", "worker", "sweeper", "beat", "postgres", "redis"}
_LINE = re.compile(r"(?:application:)?(\w+) +RUNNING +pid (\d+)")
_OURS = ("DATABASE_URL", "KEYS_DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL")


@dataclass
class Site:
    """Web on the databases of this test, with a Redis of its own."""

    folders: Folders
    port: int = field(default_factory=free_port)
    _web: ExitStack = field(default_factory=ExitStack)
    _redis: subprocess.Popen[bytes] | None = None
    web: LiveSite | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start_web(self, **environment: str) -> None:
        variables = redis_urls(self.folders) | environment
        serving = serve_site(port=self.port, **variables)
        self.web = self._web.enter_context(serving)

    def kill_web(self) -> None:
        assert self.web
        self.web.process.kill()
        self.web.process.wait()

    def start_redis(self) -> None:
        server = Redis(self.folders)
        self._redis = subprocess.Popen(
            server.command, cwd=server.home, stdout=subprocess.DEVNULL
        )
        assert wait_until(lambda: server.ready, PATIENCE_S)

    def kill_redis(self) -> None:
        assert self._redis
        self._redis.kill()
        self._redis.wait()

    def close(self) -> None:
        self._web.close()
        if self._redis:
            self.kill_redis()


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    folders = Folders(folder / "site")
    folders.make()
    stage = Site(folders)
    try:
        stage.start_redis()
        stage.start_web()
        yield stage
    finally:
        stage.close()


@dataclass
class House:
    """All of it, as `make demo` runs it, without the demo's agents."""

    folders: Folders
    log: Path
    port: int = field(default_factory=free_port)
    child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def variables(self) -> dict[str, str]:
        return supervised_variables(
            self.folders,
            stack_variables(self.folders),
            port=self.port,
            version=DEFAULT_POSTGRES,
        )

    def start(self) -> None:
        words = ("up", "--without-fleet", "--port", str(self.port))
        with self.log.open("w") as output:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "reviewapp.stack", *words],
                cwd=REPOSITORY,
                env=_outside(self.folders),
                stdin=subprocess.DEVNULL,
                stderr=output,
            )
        said = wait_until(lambda: "Ctrl-C stops" in self.log.read_text(), PATIENCE_S)
        assert said, self.log.read_text()

    def stop(self) -> None:
        if self.child:
            self.child.terminate()
            self.child.wait()

    def manage(self, *words: str) -> str:
        """Run a command of Django's on the house; answer what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=REPOSITORY,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def running(self) -> dict[str, Process]:
        """The programs supervisord calls running, by name."""
        found = _LINE.findall(control(self.variables, "status").stdout)
        return {name: each for name, pid in found if (each := process(int(pid)))}

    def kill(self, name: str) -> None:
        """SIGKILL one part; return when there is another in its place."""
        before = self.running()
        victim = self._supervisor() if name == "supervisor" else before[name]
        victim.send(signal.SIGKILL)
        changed = set(before) if name == "supervisor" else {name}
        came = wait_until(lambda: self._replaced(before, changed), PATIENCE_S)
        assert came, f"{name} did not come back"

    def kill_everything(self) -> None:
        """SIGKILL all that runs, the one who would start it again first."""
        assert self.child
        victims = [self._supervisor(), *self.running().values()]
        self.child.kill()
        self.child.wait()
        for victim in victims:
            victim.send(signal.SIGKILL)

    def until_ready(self) -> None:
        """Both databases, Redis, worker and beat are alive, says web."""
        assert wait_until(self._ready, PATIENCE_S)

    def _replaced(self, before: dict[str, Process], names: set[str]) -> bool:
        now = self.running()
        return names <= now.keys() and all(now[name] != before[name] for name in names)

    def _supervisor(self) -> Process:
        found = process(int(control(self.variables, "pid").stdout))
        assert found
        return found

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@contextmanager
def house(folder: Path) -> Iterator[House]:
    folder.mkdir(exist_ok=True)
    stage = House(Folders(folder / "data"), folder / "up.log")
    try:
        stage.start()
        yield stage
    finally:
        stage.stop()


def _outside(folders: Folders) -> dict[str, str]:
    """Our environment without the stack that the tests themselves run on."""
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return kept | {"DATA_DIR": str(folders.root)}
