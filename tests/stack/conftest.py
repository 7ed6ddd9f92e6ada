"""A small project of its own under a temporary folder, with the real stack in it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reviewapp.stack.binaries import DEFAULT_POSTGRES, postgres_binary
from reviewapp.stack.folders import REPOSITORY, Folders
from reviewapp.stack.processes import Process, end, process, wait_until

PATIENCE = 30.0
# psql and python as the stack has them; the machine need not have either.
PATH = os.pathsep.join(
    [
        str(postgres_binary("psql", DEFAULT_POSTGRES).parent),
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    ]
)
# The stand-in has no Django: with its settings named, Celery would look for them.
NOT_INHERITED = {"DJANGO_SETTINGS_MODULE"}
STACK_VARIABLES = {"DATABASE_URL", "KEYS_DATABASE_URL", "REDIS_URL", "REVIEWAPP_STACK"}


@dataclass
class Project:
    """A stand-in repository at ``root``, and the commands typed in it."""

    root: Path
    data: Path
    prefix: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def folders(self) -> Folders:
        return Folders(self.data)

    def start(self, *words: str) -> subprocess.Popen[str]:
        hidden = STACK_VARIABLES | NOT_INHERITED
        clean = {k: v for k, v in os.environ.items() if k not in hidden}
        return subprocess.Popen(
            [*self.prefix, sys.executable, "-m", "reviewapp.stack", *words],
            cwd=self.root,
            env=clean | {"DATA_DIR": str(self.data), "PATH": PATH} | self.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        with self.start(*words) as child:
            out, err = child.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(words, child.returncode, out, err)

    def run(self, script: str, *options: str) -> subprocess.CompletedProcess[str]:
        """Run a line of shell on the stack."""
        return self.call("run", "--fast", *options, "--", "sh", "-c", script)

    def hold(self, *options: str, script: str = "true") -> subprocess.Popen[str]:
        """Start a run that is up when this returns, and ends with its input."""
        command = ("sh", "-c", f"echo up; cat; {script}")
        child = self.start("run", *options, "--", *command)
        assert child.stdout.readline() == "up\n", child.stderr.read()
        return child

    def processes(self) -> list[Process]:
        """Everything that works in the project: our programs never leave it."""
        numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        inside = [pid for pid in numbers if self._works_here(pid)]
        return [found for pid in inside if (found := process(pid))]

    def _works_here(self, pid: int) -> bool:
        try:
            place = Path(os.readlink(f"/proc/{pid}/cwd"))
        except OSError:
            return False
        return place.is_relative_to(self.root)

    def copy_to(self, root: Path) -> None:
        shutil.copytree(Path(__file__).with_name("standin"), root)
        shutil.copytree(REPOSITORY / "reviewapp/stack", root / "reviewapp/stack")


@contextmanager
def make_project(root: Path, **kwargs) -> Iterator[Project]:
    made = Project(root, kwargs.pop("data", root / "var/demo"), **kwargs)
    made.copy_to(root)
    yield made
    end(made.processes(), signal.SIGKILL)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "project") as made:
        yield made
        until(lambda: made.processes() == [])


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("shows what root has to do")


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(true) -> None:
    """Wait for something that must become true."""
    assert wait_until(true, PATIENCE), "waited in vain"
