"""The blocking client: every call an agent's key may make, and the gate."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Literal, ParamSpec, Self, TypeVar, Unpack

import httpx

from . import _contract
from ._ask import Ask, Evidence, Precondition, body_of
from ._asking import waited
from ._calls import Call
from ._clock import Clock
from ._common import http_options, retry_of, setting_of
from ._errors import UsageError
from ._flow import Flow, Invoke, Pause, Step, drive
from ._http import send
from ._listening import Listening
from ._models import Containment, Event, Grant, Request
from ._reporting import report_outstanding
from ._sse import EventStream
from ._terms import Effect, Terms
from .digests import idempotency_key
from .gate import Gated, gated
from .journal import Journal

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Client:
    """Speaks to one Reviewapp with one system's key. May be shared by threads.

    `retry_for`: seconds to keep trying one call while the server is away or full; waits
    for a person go on through any outage. `instance`: this process in the roster.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        journal: Journal | None = None,
        instance: str | None = None,
        retry_for: float = 120.0,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        options = http_options(base_url, key)
        self._http = httpx.Client(transport=transport, **options)
        self._lent_journal = journal
        self.setting = setting_of(journal, instance, retry_for, clock)

    def submit(self, key: str, **ask: Unpack[Ask]) -> Request:
        """Ask leave for an act. The same key and words give the same request again."""
        return self._send(_contract.submit(idempotency_key(key), body_of(ask)))

    def get(self, request_id: str, wait: int = 0) -> Request:
        """Return the request; with `wait`, hold up to so many seconds while pending."""
        return self._send(_contract.get(request_id, wait))

    def wait(self, request_id: str, timeout: float | None = None) -> Request:
        """Return the request once decided, or still pending after `timeout` seconds."""
        return self.drive(waited(request_id, self.setting, timeout))

    def withdraw(self, request_id: str) -> None:
        """Take the request back: nobody need answer it any more."""
        self._send(_contract.withdraw(request_id))

    def preconditions(
        self,
        request_id: str,
        preconditions: Sequence[Precondition] | Mapping[str, str],
        evidence: Sequence[Evidence] = (),
    ) -> None:
        """Say how things stand now; a difference voids an approval already given."""
        self._send(_contract.refresh(request_id, preconditions, evidence))

    def redeem(
        self,
        request_id: str,
        attempt: str,
        arguments_digest: str,
        preconditions: Sequence[Precondition] | Mapping[str, str] = (),
    ) -> Grant:
        """Ask leave to run, once; the same attempt gets the same grant again."""
        return self._send(
            _contract.redeem(request_id, attempt, arguments_digest, preconditions)
        )

    def outcome(
        self,
        request_id: str,
        status: Literal["succeeded", "failed", "uncertain"],
        result: object = None,
        effects: Sequence[Effect] = (),
        usage: Mapping[str, object] | None = None,
    ) -> None:
        """Report what came of the act."""
        body = _contract.outcome_body(status, result, effects, usage)
        self._send(_contract.outcome(request_id, body))

    def acknowledge(self, request_id: str) -> None:
        """Confirm that a final answer arrived here."""
        self._send(_contract.acknowledge(request_id, self.setting.instance))

    def heartbeat(self, version: str, environment: str) -> None:
        """Be in the roster of who must stop; to be repeated every 15 seconds."""
        instance = self.setting.instance
        self._send(_contract.heartbeat(instance, version, environment))

    def containment(self) -> tuple[Containment, ...]:
        """Return the orders to stop that hold for this system now."""
        return self._send(_contract.containment())

    def acknowledge_containment(
        self, containment_id: str, stopped_at: datetime | None = None
    ) -> None:
        """Confirm that this instance has stopped."""
        call = _contract.acknowledge_containment(
            containment_id, self.setting.instance, stopped_at or datetime.now(UTC)
        )
        self._send(call)

    def events(self, after: str = "", *, join_roster: bool = True) -> Iterator[Event]:
        """Yield decisions, voids and containments as they come, through any outage.

        `after`: the id of the last event seen earlier. An open stream counts as this
        instance's heartbeat unless it does not `join_roster`.
        """
        instance = self.setting.instance if join_roster else None
        listening = Listening(EventStream(after), self.setting.clock, instance)
        while True:
            try:
                yield from self._listened(listening)
            except httpx.TransportError as error:
                listening.lost(error)
            self.setting.clock.sleep(listening.pause())

    def report_outstanding(self) -> int:
        """Report outcomes that an earlier run noted and could not; return how many."""
        return self.drive(report_outstanding(self.setting.journal))

    def gate(self, **terms: Unpack[Terms]) -> Callable[[Callable[P, R]], Gated[P, R]]:
        """Return a decorator: the function runs only as a person granted it.

        `tool` is the function's name and `schema` comes from its type hints, unless
        given.
        """
        return lambda function: gated(self, terms, function)

    def drive(self, flow: Flow[T]) -> T:
        """Run a flow; for gates."""
        return drive(flow, self._perform)

    def close(self) -> None:
        """Close the connections, and the memory if no journal was lent."""
        self._http.close()
        if self._lent_journal is None:
            self.setting.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    # Any: each step has its own type of result, given back by `_flow.ask`.
    def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                return self._send(step)
            case Pause(seconds):
                return self.setting.clock.sleep(seconds)
            case Invoke(function, args):
                return _not_awaitable(function(*args))

    def _send(self, call: Call[T]) -> T:
        retry = retry_of(self.setting, call)
        return send(self._http, call, retry, self.setting.clock)

    def _listened(self, listening: Listening) -> Iterator[Event]:
        request = listening.request(self._http)
        with closing(self._http.send(request, stream=True)) as response:
            if not listening.opened(response):
                response.read()
                listening.refuse(response)
                return
            for chunk in response.iter_bytes():
                yield from listening.stream.feed(chunk)


def _not_awaitable(value: T) -> T:
    if inspect.iscoroutine(value):
        value.close()
        raise UsageError("a coroutine function was given to Client; use AsyncClient")
    return value
