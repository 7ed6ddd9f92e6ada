"""The stage of a story: a released client at the API's door, people at their pages.

Time passes by the clock, and what Reviewapp does by itself it does in its tasks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from queues.tasks import sweep
from reviewapp.core.models import User
from systems.models import System
from tests.builders import agent_client, make_key
from tests.queues.builders import make_asking_system, make_policy, make_queue
from traces.tasks import (
    digest_batches,
    read_costs,
    read_times,
    settle,
    sweep_retention,
    sweep_sampling,
)

_numbers = count(1)
# What beat and its messages start in other processes.
_DUE = (
    digest_batches,
    settle,
    sweep,
    sweep_sampling,
    sweep_retention,
    read_costs,
    read_times,
)


@dataclass
class Answer:
    """What the API said: a status and a body."""

    status: int
    body: dict[str, Any]
    headers: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


@dataclass
class Agent:
    """An agent with its key: it knows nothing but the HTTP contract."""

    system: System
    http: APIClient

    @classmethod
    def of(cls, slug: str = "support-agent", **fields: Any) -> Agent:
        make_policy()
        system = make_asking_system(slug, **fields)
        _, secret = make_key(system)
        return cls(system, agent_client(secret))

    def asks(self, tool: str = "cancel_reservation", **changes: Any) -> Answer:
        action = {
            "tool": tool,
            "arguments": changes.pop("arguments", {"id": f"R-{next(_numbers)}"}),
            "summary": changes.pop("summary", f"Do {tool}"),
        }
        body = {
            "action": action,
            "environment": "production",
            "reversibility": "irreversible",
            "key": f"story-{next(_numbers)}",
            **changes,
        }
        return self._post("/api/v1/requests", body)

    def looks(self, told: Answer) -> Answer:
        got = self.http.get(f"/api/v1/requests/{told['id']}")
        return Answer(got.status_code, got.json(), got.headers)

    def redeems(self, told: Answer, attempt: str = "try-1", **more: Any) -> Answer:
        return self._act(told, "redeem", {"attempt": attempt, **more})

    def reports(self, told: Answer, status: str = "succeeded", **more: Any) -> Answer:
        return self._act(told, "outcome", {"status": status, **more})

    def refreshes(self, told: Answer, **fingerprints: str) -> Answer:
        fresh = [
            {"name": name, "fingerprint": state} for name, state in fingerprints.items()
        ]
        return self._act(told, "preconditions", {"preconditions": fresh})

    def _act(self, told: Answer, act: str, body: dict[str, Any]) -> Answer:
        return self._post(f"/api/v1/requests/{told['id']}/{act}", body)

    def _post(self, url: str, body: dict[str, Any]) -> Answer:
        got = self.http.post(url, body, format="json")
        return Answer(got.status_code, got.json() if got.content else {}, got.headers)


@dataclass
class Page:
    """A page as read: its text without markup, blanks folded."""

    status: int
    source: str

    @property
    def text(self) -> str:
        bare = re.sub(r"<noscript>.*?</noscript>", " ", self.source, flags=re.DOTALL)
        # Long names may break, and are names still.
        bare = bare.replace("<wbr>", "")
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


@dataclass
class Reader:
    """A person in a browser without JavaScript."""

    person: User
    http: Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = Client()
        self.http.force_login(self.person)

    def opens(self, url: str) -> Page:
        got = self.http.get(url, follow=True)
        return Page(got.status_code, got.content.decode())

    def run(self, trace_id: str) -> Page:
        """The page of a run, by the list's filter and its one row."""
        page = self.opens(f"/traces/?trace={trace_id}")
        rows = re.findall(r'href="(/traces/[0-9a-f-]{36}/)"', page.source)
        assert len(rows) == 1, f"The list shows {len(rows)} runs of this id."
        return self.opens(rows[0])

    def card(self, told: Answer) -> Page:
        return self.opens(f"/requests/{told['id']}/")

    def posts(self, told: Answer, act: str, **form: Any) -> Page:
        got = self.http.post(f"/requests/{told['id']}/{act}", form, follow=True)
        return Page(got.status_code, got.content.decode())

    def decides(self, told: Answer, verdict: str, **form: Any) -> Page:
        """As the form on the card would, with the version that the card shows."""
        source = self.card(told).source
        version = re.search(r'name="version" value="(\d+)"', source)
        assert version, "The card offers no decision."
        sent = {"version": version[1], "verdict": verdict, "confirmed": "yes"}
        return self.posts(told, "decide", **sent, **form)

    def takes_next(self) -> str:
        """The address of the request that Next opens."""
        got = self.http.post("/next/")
        return str(got.headers.get("Location", ""))


def reader(person: User, queue: str = "general") -> Reader:
    """A person at their pages, who reviews in the queue."""
    make_queue(person, slug=queue)
    return Reader(person)


def works() -> None:
    """Reviewapp does what is due."""
    for task in _DUE:
        task()


@contextmanager
def later(**delta: float) -> Iterator[None]:
    """Time passes, and Reviewapp does what is due."""
    with time_machine.travel(timezone.now() + timedelta(**delta)):
        works()
        yield
