"""The embedded PostgreSQL: made, started, reached and stopped by our own hand.

It listens on one unix socket in a folder of its own, lets in the account that
owns the stack (``peer``), and nobody by any other way.
"""

import os
import pwd
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from reviewapp.stack.accounts import Account, server_account
from reviewapp.stack.binaries import DEFAULT_POSTGRES, postgres_binary
from reviewapp.stack.console import StackError
from reviewapp.stack.folders import Folders
from reviewapp.stack.processes import end, working_in
from reviewapp.stack.sockets import reachable

ROLE = "reviewapp"
SOCKET = ".s.PGSQL.5432"
DATABASES = ("reviewapp", "reviewapp_keys")
# Sorting by code point and full Unicode case mapping, the same on every machine.
LOCALES = {
    16: ("--locale=C.UTF-8",),
    18: ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
}
SETTINGS = {
    "listen_addresses": "",
    # From the data folder, so that no path above it counts towards sun_path.
    "unix_socket_directories": "../socket",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "idle_in_transaction_session_timeout": "60s",
    "log_line_prefix": "%m [%p] %d ",
}
# For tests: a crash of the machine may lose the data, a crash of ours may not.
UNSAFE_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


@dataclass(frozen=True)
class Postgres:
    """One cluster: its folders, the account it runs as, its version."""

    folders: Folders
    account: Account
    version: int = DEFAULT_POSTGRES
    durable: bool = True

    @property
    def name(self) -> str:
        return "postgres"

    @property
    def home(self) -> Path:
        return self.folders.postgres

    @property
    def data(self) -> Path:
        return self.folders.postgres / str(self.version)

    @property
    def command(self) -> list[str]:
        """The server itself in the foreground; it ends when its parent does."""
        settings = SETTINGS if self.durable else SETTINGS | UNSAFE_SETTINGS
        options = [f"--{name}={value}" for name, value in settings.items()]
        server = [str(postgres_binary("postgres", self.version)), "-D", str(self.data)]
        # SIGINT is PostgreSQL's fast shutdown: it waits for no client.
        return [*self.account.prefix, "--pdeathsig=INT", "--", *server, *options]

    def prepare(self) -> None:
        """Make the cluster if there is none; clear what a killed one left."""
        socket = str(self.folders.postgres_socket)
        self.account.call("mkdir", "-p", "-m", "700", socket)
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._let_owner_in()
        self._clear_leftovers()

    @property
    def ready(self) -> bool:
        probe = [str(postgres_binary("pg_isready", self.version)), "-q"]
        place = [*self._where(), "-U", "postgres", "-d", "postgres"]
        return subprocess.run([*probe, *place], check=False).returncode == 0

    def make_databases(self) -> None:
        """Create the role and the databases that are missing."""
        if ROLE not in self._sql("SELECT rolname FROM pg_roles"):
            self._sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
        existing = self._sql("SELECT datname FROM pg_database")
        for name in DATABASES:
            if name not in existing:
                self._sql(f"CREATE DATABASE {name} OWNER {ROLE}")

    def _create(self) -> None:
        initdb = [str(postgres_binary("initdb", self.version)), "-D", str(self.data)]
        options = ["-U", "postgres", "-E", "UTF8", *LOCALES[self.version]]
        options += ["--auth-local=peer", "--auth-host=reject", "--no-instructions"]
        self.account.call(*initdb, *options, *([] if self.durable else ["--no-sync"]))

    def _let_owner_in(self) -> None:
        person = pwd.getpwuid(os.geteuid()).pw_name
        lines = "".join(f'owner "{person}" {role}\n' for role in ("postgres", ROLE))
        self._write("pg_ident.conf", lines)
        self._write("pg_hba.conf", "local all all peer map=owner\n")

    def _write(self, name: str, text: str) -> None:
        path = str(self.data / name)
        self.account.call("sh", "-c", 'cat > "$1"', "sh", path, text=text)

    def _clear_leftovers(self) -> None:
        """End servers an earlier run left here, then remove their lock files.

        Only the one who holds the stack's lock comes here. PostgreSQL itself
        refuses to start while the number in a lock file is some process: after
        kill -9 that may be a stranger, or its own corpse that nobody fetched.
        """
        end_postgres(self.data)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        (self.folders.postgres_socket / f"{SOCKET}.lock").unlink(missing_ok=True)

    def _sql(self, statement: str) -> list[str]:
        psql = [str(postgres_binary("psql", self.version)), *self._where()]
        options = ["-U", "postgres", "-d", "postgres", "-XAtq", "-c", statement]
        done = subprocess.run(
            [*psql, *options], text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise StackError(f"{statement}: {done.stderr}")
        return done.stdout.splitlines()

    def _where(self) -> list[str]:
        return ["-h", str(reachable(self.folders.root) / "postgres" / "socket")]


def postgres(folders: Folders, version: int, *, durable: bool) -> Postgres:
    """Describe the cluster of a stack; its folder gets its owner here."""
    program = postgres_binary("postgres", version)
    account = server_account(folders.postgres, program)
    return Postgres(folders, account, version, durable)


def database_urls(folders: Folders) -> dict[str, str]:
    """Answer libpq URLs, so that psql and pg_dump take them as well as Django."""
    socket = reachable(folders.root) / "postgres" / "socket"
    names = ("DATABASE_URL", "KEYS_DATABASE_URL")
    return {
        name: f"postgresql://{ROLE}@/{database}?host={quote(str(socket), safe='/')}"
        for name, database in zip(names, DATABASES, strict=True)
    }


def end_postgres(data: Path) -> None:
    """End the server of a data folder, and helpers that outlived their server."""
    end(working_in(data, "postgres"), signal.SIGINT)
