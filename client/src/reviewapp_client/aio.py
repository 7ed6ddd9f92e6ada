"""The asyncio client: every call an agent's key may make, and the gate."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, Literal, ParamSpec, Self, TypeVar, Unpack

import httpx

from . import _contract
from ._ask import Ask, Evidence, Precondition, body_of
from ._asking import waited
from ._calls import Call
from ._clock import Clock
from ._common import http_options, retry_of, setting_of
from ._flow import Flow, Invoke, Pause, Step, drive_async
from ._http import send_async
from ._listening import Listening
from ._models import Containment, Event, Grant, Request
from ._reporting import report_outstanding
from ._sse import EventStream
from ._terms import Effect, Terms
from .digests import idempotency_key
from .gate import AsyncGated, gated_async
from .journal import Journal

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class AsyncClient:
    """Like Client, on asyncio. Cancelling a waiting gate withdraws its request."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        journal: Journal | None = None,
        instance: str | None = None,
        retry_for: float = 120.0,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        options = http_options(base_url, key)
        self._http = httpx.AsyncClient(transport=transport, **options)
        self._lent_journal = journal
        self.setting = setting_of(journal, instance, retry_for, clock)

    async def submit(self, key: str, **ask: Unpack[Ask]) -> Request:
        """Ask leave for an act. The same key and words give the same request again."""
        return await self._send(_contract.submit(idempotency_key(key), body_of(ask)))

    async def get(self, request_id: str, wait: int = 0) -> Request:
        """Return the request; with `wait`, hold up to so many seconds while pending."""
        return await self._send(_contract.get(request_id, wait))

    async def wait(self, request_id: str, timeout: float | None = None) -> Request:
        """Return the request once decided, or still pending after `timeout` seconds."""
        return await self.drive(waited(request_id, self.setting, timeout))

    async def withdraw(self, request_id: str) -> None:
        """Take the request back: nobody need answer it any more."""
        await self._send(_contract.withdraw(request_id))

    async def preconditions(
        self,
        request_id: str,
        preconditions: Sequence[Precondition] | Mapping[str, str],
        evidence: Sequence[Evidence] = (),
    ) -> None:
        """Say how things stand now; a difference voids an approval already given."""
        await self._send(_contract.refresh(request_id, preconditions, evidence))

    async def redeem(
        self,
        request_id: str,
        attempt: str,
        arguments_digest: str,
        preconditions: Sequence[Precondition] | Mapping[str, str] = (),
    ) -> Grant:
        """Ask leave to run, once; the same attempt gets the same grant again."""
        return await self._send(
            _contract.redeem(request_id, attempt, arguments_digest, preconditions)
        )

    async def outcome(
        self,
        request_id: str,
        status: Literal["succeeded", "failed", "uncertain"],
        result: object = None,
        effects: Sequence[Effect] = (),
        usage: Mapping[str, object] | None = None,
    ) -> None:
        """Report what came of the act."""
        body = _contract.outcome_body(status, result, effects, usage)
        await self._send(_contract.outcome(request_id, body))

    async def acknowledge(self, request_id: str) -> None:
        """Confirm that a final answer arrived here."""
        await self._send(_contract.acknowledge(request_id, self.setting.instance))

    async def heartbeat(self, version: str, environment: str) -> None:
        """Be in the roster of who must stop; to be repeated every 15 seconds."""
        instance = self.setting.instance
        await self._send(_contract.heartbeat(instance, version, environment))

    async def containment(self) -> tuple[Containment, ...]:
        """Return the orders to stop that hold for this system now."""
        return await self._send(_contract.containment())

    async def acknowledge_containment(
        self, containment_id: str, stopped_at: datetime | None = None
    ) -> None:
        """Confirm that this instance has stopped."""
        call = _contract.acknowledge_containment(
            containment_id, self.setting.instance, stopped_at or datetime.now(UTC)
        )
        await self._send(call)

    async def events(
        self, after: str = "", *, join_roster: bool = True
    ) -> AsyncIterator[Event]:
        """Yield decisions, voids and containments as they come, through any outage.

        `after`: the id of the last event seen earlier. An open stream counts as this
        instance's heartbeat unless it does not `join_roster`.
        """
        instance = self.setting.instance if join_roster else None
        listening = Listening(EventStream(after), self.setting.clock, instance)
        while True:
            try:
                async for event in self._listened(listening):
                    yield event
            except httpx.TransportError as error:
                listening.lost(error)
            await self.setting.clock.sleep_async(listening.pause())

    async def report_outstanding(self) -> int:
        """Report outcomes that an earlier run noted and could not; return how many."""
        return await self.drive(report_outstanding(self.setting.journal))

    def gate(
        self, **terms: Unpack[Terms]
    ) -> Callable[[Callable[P, Awaitable[R]]], AsyncGated[P, R]]:
        """Return a decorator: the function runs only as a person granted it.

        `tool` is the function's name and `schema` comes from its type hints, unless
        given.
        """
        return lambda function: gated_async(self, terms, function)

    async def drive(self, flow: Flow[T]) -> T:
        """Run a flow; for gates."""
        return await drive_async(flow, self._perform)

    async def aclose(self) -> None:
        """Close the connections, and the memory if no journal was lent."""
        await self._http.aclose()
        if self._lent_journal is None:
            self.setting.journal.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.aclose()

    # Any: each step has its own type of result, given back by `_flow.ask`.
    async def _perform(self, step: Step) -> Any:
        match step:
            case Call():
                return await self._send(step)
            case Pause(seconds):
                return await self.setting.clock.sleep_async(seconds)
            case Invoke(function, args):
                value = function(*args)
                return await value if inspect.isawaitable(value) else value

    async def _send(self, call: Call[T]) -> T:
        retry = retry_of(self.setting, call)
        return await send_async(self._http, call, retry, self.setting.clock)

    async def _listened(self, listening: Listening) -> AsyncIterator[Event]:
        request = listening.request(self._http)
        response = await self._http.send(request, stream=True)
        async with aclosing(response):
            if not listening.opened(response):
                await response.aread()
                listening.refuse(response)
                return
            async for chunk in response.aiter_bytes():
                for event in listening.stream.feed(chunk):
                    yield event
