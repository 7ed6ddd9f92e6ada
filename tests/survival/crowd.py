"""Agents that ask and wait at once, and what they saw and did.

Each is a thread with the released client: submit, wait, redeem, act, report. What the
server acknowledged is noted on the wire, and every act is counted where it happens.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock, Thread

import httpx
from reviewapp_client import Answered, Client, Gate, Journal, Rejected

from reviewapp.stack.processes import wait_until

TOOL = "cancel_subscription"
REASON = "asked for"
_TO_A_CLIENT = 25  # agents that share one client, and with it one journal


@dataclass
class Notes:
    """The agents' side of the story, by request id or by intent."""

    acknowledged: set[str] = field(default_factory=set)
    grants: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    runs: Counter[str] = field(default_factory=Counter)
    ran_with: dict[str, str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def heard(self, path: str, answer: httpx.Response) -> None:
        """Note what a 2xx acknowledged."""
        words = path.removeprefix("/api/v1/requests").strip("/").split("/")
        with self._lock:
            if words == [""]:
                self.acknowledged.add(answer.json()["id"])
            elif words[1:] == ["redeem"]:
                self.grants[words[0]].add(answer.json()["grant_id"])

    def ran(self, intent: str, reason: str) -> None:
        with self._lock:
            self.runs[intent] += 1
            self.ran_with[intent] = reason

    def ended(self, intent: str, how: str) -> None:
        with self._lock:
            self.ends[intent] = how


class Witness(httpx.HTTPTransport):
    """A client's wire that notes what came back over it."""

    def __init__(self, notes: Notes) -> None:
        super().__init__(verify=False)
        self._notes = notes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        response.read()
        if response.status_code == 500:
            # The client would try again and never speak of it.
            self._notes.faults.append(f"{request.url.path}: {response.text[:500]}")
        elif request.method == "POST" and response.is_success:
            self._notes.heard(request.url.path, response)
        return response


class Crowd:
    """Agents that come in waves, each with one intent of its own."""

    def __init__(self, url: str, key: str, folder: Path, clients: ExitStack) -> None:
        self._url, self._key, self._folder = url, key, folder
        self._clients = clients
        self._threads: list[Thread] = []
        self._numbers = count(1)
        self.notes = Notes()

    def __len__(self) -> int:
        return len(self._threads)

    @property
    def in_flight(self) -> int:
        """How many were taken by the server and have not come to their end."""
        return len(self.notes.acknowledged) - len(self.notes.ends)

    def ask(self, agents: int) -> None:
        """Let so many more agents begin."""
        for start in range(0, agents, _TO_A_CLIENT):
            client = self._client()
            for _ in range(min(_TO_A_CLIENT, agents - start)):
                self._begin(client)

    def until_in_flight(self, agents: int, patience: float) -> None:
        assert wait_until(lambda: self.in_flight >= agents, patience), (
            f"{self.in_flight} of {agents} are in flight: {self._strange()}"
        )

    def until_ended(self, patience: float) -> None:
        """Every agent got an answer by itself, and was told nothing strange."""
        wait_until(lambda: len(self.notes.ends) == len(self), patience)
        assert len(self.notes.ends) == len(self), f"{self.in_flight} still wait"
        assert self._strange() == {}
        assert self.notes.faults == []

    def _strange(self) -> dict[str, str]:
        ends = self.notes.ends.items()
        return {intent: how for intent, how in ends if how not in ENDS}

    def _client(self) -> Client:
        path = self._folder / f"journal-{next(self._numbers)}"
        journal = self._clients.enter_context(Journal(path))
        # As patient as the proof: how long an outage lasts is not what is proven.
        client = Client(
            self._url,
            self._key,
            journal=journal,
            retry_for=600,
            transport=Witness(self.notes),
        )
        return self._clients.enter_context(client)

    def _begin(self, client: Client) -> None:
        intent = f"cancel:{len(self._threads)}"
        # A daemon: a proof that failed must not wait for who still waits.
        thread = Thread(target=self._live, args=(client, intent), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _live(self, client: Client, intent: str) -> None:
        def cancel(subscription: str, reason: str) -> str:
            self.notes.ran(intent, reason)
            return f"cancelled {subscription}"

        gate = Gate(
            client, tool=TOOL, environment="production", reversibility="irreversible",
            queue="general",
        )  # fmt: skip
        arguments = {"subscription": intent, "reason": REASON}
        try:
            gate.run(cancel, arguments, intent=intent)
            self.notes.ended(intent, "succeeded")
        except Rejected:
            self.notes.ended(intent, "rejected")
        except Answered:
            self.notes.ended(intent, "answered")
        except Exception as strange:
            self.notes.ended(intent, repr(strange))


ENDS = ("succeeded", "rejected", "answered")


@contextmanager
def gathered(url: str, key: str, folder: Path) -> Iterator[Crowd]:
    with ExitStack() as clients:
        yield Crowd(url, key, folder, clients)
