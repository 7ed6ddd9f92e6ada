"""The folders under ``DATA_DIR``, and the mark that says they are ours."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from reviewapp.stack.console import StackError

REPOSITORY = Path(__file__).resolve().parents[2]
MARKER = ".reviewapp-stack"
OWNER_ONLY = 0o700


@dataclass(frozen=True)
class Folders:
    """Where one stack keeps everything it has."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The one folder that belongs to the account PostgreSQL runs as."""
        return self.root / "postgres"

    @property
    def postgres_socket(self) -> Path:
        return self.postgres / "socket"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def mark(self) -> str:
        """Say which stack a process belongs to: random, kept in the marker file."""
        return (self.root / MARKER).read_text().strip()

    @property
    def is_ours(self) -> bool:
        return (self.root / MARKER).is_file()

    def make(self) -> None:
        """Create what is missing; refuse a folder that holds something else."""
        self._claim()
        for folder in (self.redis, self.run, self.log):
            folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
            folder.chmod(OWNER_ONLY)

    def _claim(self) -> None:
        if self.is_ours:
            return
        # 0711: the account PostgreSQL runs as passes through and reads nothing.
        self.root.mkdir(mode=0o711, parents=True, exist_ok=True)
        if any(self.root.iterdir()):
            raise StackError(
                f"{self.root} holds files that are not ours (no {MARKER} in it).\n"
                "Name an empty or a new folder: DATA_DIR=…"
            )
        write_private(self.root / MARKER, secrets.token_hex(16))


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole; only its owner may read it, at no time others."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def folders_from_environment() -> Folders:
    """Read ``DATA_DIR``; a relative path counts from the repository."""
    named = Path(os.environ.get("DATA_DIR") or "var/demo").expanduser()
    return Folders(Path(os.path.realpath(REPOSITORY / named)))
