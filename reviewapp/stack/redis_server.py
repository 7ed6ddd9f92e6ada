"""The embedded Redis: broker and wake-up, never the truth, so nothing is saved."""

import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from reviewapp.stack.binaries import redis_server, setpriv
from reviewapp.stack.folders import Folders
from reviewapp.stack.processes import end, working_in
from reviewapp.stack.sockets import reachable

SOCKET = "redis.sock"
SETTINGS = {
    "port": "0",
    # Relative to the working folder: no path above counts towards sun_path.
    "unixsocket": SOCKET,
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "daemonize": "no",
}


@dataclass(frozen=True)
class Redis:
    """One server; it must be started with its own folder as working folder."""

    folders: Folders

    @property
    def name(self) -> str:
        return "redis"

    @property
    def home(self) -> Path:
        return self.folders.redis

    @property
    def command(self) -> list[str]:
        options = [part for name in SETTINGS for part in (f"--{name}", SETTINGS[name])]
        server = [str(redis_server()), *options]
        return [setpriv(), "--pdeathsig=TERM", "--", *server]

    def prepare(self) -> None:
        """End a server that an earlier run left behind."""
        end_redis(self.folders.redis)

    @property
    def ready(self) -> bool:
        path = reachable(self.folders.root) / "redis" / SOCKET
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def redis_urls(folders: Folders) -> dict[str, str]:
    """Answer the two spellings of one socket: redis-py's, and kombu's for Celery."""
    path = quote(str(reachable(folders.root) / "redis" / SOCKET))
    return {
        "REDIS_URL": f"unix://{path}?db=0",
        "CELERY_BROKER_URL": f"redis+socket://{path}?virtual_host=1",
    }


def end_redis(home: Path) -> None:
    """End the server that works in a folder."""
    end(working_in(home, "redis-server"))
