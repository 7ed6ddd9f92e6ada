"""The fleet: one client per system, a thread per scene, until it is told to stop."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from threading import BoundedSemaphore, Event, Thread

import structlog
from reviewapp_client import Client, ReviewappError

from reviewapp.demo.fleet.pace import MOST_WAITING, next_scene, pause_s
from reviewapp.demo.fleet.player import play
from reviewapp.demo.fleet.scene import Scene
from reviewapp.demo.fleet.telemetry import Telemetry

log = structlog.get_logger(__name__)
_HEARTBEAT_S = 15.0
_LOOK_AGAIN_S = 2.0
# Less than the supervisor waits before it kills.
_CLOSING_S = 1.5


class Fleet:
    """Plays scenes against a running Reviewapp. `keys`: agent key by system slug."""

    def __init__(self, base_url: str, keys: Mapping[str, str], seed: int) -> None:
        self._clients = {slug: Client(base_url, key) for slug, key in keys.items()}
        self._telemetry = Telemetry(base_url, keys)
        self._dice = Random(seed)  # noqa: S311  invented work, not secrets
        self._room = BoundedSemaphore(MOST_WAITING)
        self._waiting = 0
        self.stopping = Event()

    def run(self) -> None:
        """Start scenes at a human pace until `stopping` is set."""
        Thread(target=self._beat, daemon=True).start()
        started = 0
        while not self.stopping.is_set():
            pause = pause_s(started, self._waiting, self._dice)
            if pause is None:
                self.stopping.wait(_LOOK_AGAIN_S)
                continue
            self._start(next_scene(self._dice))
            started += 1
            self.stopping.wait(pause)
        self._telemetry.close(_CLOSING_S)

    def _start(self, scene: Scene) -> None:
        self._room.acquire()
        self._waiting += 1
        # Daemon: a scene may wait for hours, and the process must stop at once.
        Thread(target=self._play, args=(scene,), daemon=True).start()

    def _play(self, scene: Scene) -> None:
        try:
            tracer = self._telemetry.tracer_of(scene.system)
            play(scene, self._clients[scene.system], Random(), tracer)  # noqa: S311
        finally:
            self._waiting -= 1
            self._room.release()

    def _beat(self) -> None:
        """Be in the roster of running instances."""
        while not self.stopping.is_set():
            for slug, client in self._clients.items():
                try:
                    client.heartbeat("demo-1", _ENVIRONMENTS.get(slug, "production"))
                except ReviewappError as problem:
                    log.warning("fleet.no_heartbeat", error=type(problem).__name__)
            self.stopping.wait(_HEARTBEAT_S)


_ENVIRONMENTS = {"ops-agent": "staging"}
