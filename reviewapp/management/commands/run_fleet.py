"""Run the demo agents against this Reviewapp until stopped."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand

from reviewapp.core.actors import Actor
from reviewapp.demo.cast import SYSTEMS
from reviewapp.demo.fleet.fleet import Fleet
from systems.models import Key, System
from systems.services.keys import issue_key, revoke_key

_ACTOR = Actor.of_process("demo fleet")
_LABEL = "demo fleet"
_RECORDED_ONLY = "airline-support"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default=settings.PUBLIC_URL)
        parser.add_argument("--seed", type=int, default=int(time.time()))

    def handle(self, *args: Any, url: str, seed: int, **options: Any) -> None:
        keys = {
            system.slug: self._fresh_key(system.slug)
            for system in SYSTEMS
            if system.slug != _RECORDED_ONLY
        }
        self._await(url)
        fleet = Fleet(url, keys, seed)
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, lambda *_: fleet.stopping.set())
        self.stdout.write("The demo agents are at work.")
        fleet.run()

    def _fresh_key(self, slug: str) -> str:
        """A key of this process only: kept in memory, the one before is revoked."""
        system = System.objects.get(slug=slug)
        for key in Key.objects.filter(system=system, label=_LABEL, revoked_at=None):
            revoke_key(key, actor=_ACTOR)
        scopes = ("requests", "traces", "signals")
        _, secret = issue_key(system, scopes=scopes, label=_LABEL, actor=_ACTOR)
        return secret

    def _await(self, url: str) -> None:
        """The supervisor starts all at once; web may need a moment."""
        while True:
            try:
                if httpx.get(f"{url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass  # not listening yet
            time.sleep(0.5)
