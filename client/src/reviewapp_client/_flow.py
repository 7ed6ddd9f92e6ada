"""Flows: what to do next, as generators that never touch the network themselves.

A flow yields steps and is sent their results, so the same flow drives a blocking client
and an asyncio one. Nothing about asking, acting or recovering is written twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar, cast

from ._calls import Call

T = TypeVar("T")

# What ends a wait from outside. Anything else that is no Exception is left alone.
INTERRUPTS = (KeyboardInterrupt, SystemExit, asyncio.CancelledError)


@dataclass(frozen=True)
class Invoke(Generic[T]):
    """Call the caller's own code; what it returns is awaited where that is possible."""

    function: Callable[..., T | Awaitable[T]]
    args: tuple[object, ...] = ()


@dataclass(frozen=True)
class Pause:
    """Let `seconds` go by."""

    seconds: float


# Any: each step has its own type of result; `ask` and `invoke` give it back.
Step: TypeAlias = Call[Any] | Invoke[Any] | Pause
Flow: TypeAlias = Generator[Step, Any, T]


def ask(call: Call[T]) -> Flow[T]:
    """Do one exchange with the server."""
    return cast(T, (yield call))


def invoke(function: Callable[..., T | Awaitable[T]], *args: object) -> Flow[T]:
    """Run the caller's code."""
    return cast(T, (yield Invoke(function, args)))


def drive(flow: Flow[T], perform: Callable[[Step], object]) -> T:
    """Run a flow to its end, each step blocking."""
    try:
        step = next(flow)
        while True:
            try:
                result = perform(step)
            # Whatever it is, the flow decides what it means for the act.
            except BaseException as error:
                step = flow.throw(error)
            else:
                step = flow.send(result)
    except StopIteration as end:
        return cast(T, end.value)


async def drive_async(flow: Flow[T], perform: Callable[[Step], Awaitable[object]]) -> T:
    """Run a flow to its end, awaiting each step.

    After a cancellation the flow still has something to say (withdraw, report): those
    steps run shielded, so that a second cancellation does not silence them.
    """
    cancelled = False
    try:
        step = next(flow)
        while True:
            try:
                awaiting = perform(step)
                if cancelled:
                    awaiting = asyncio.shield(asyncio.ensure_future(awaiting))
                result = await awaiting
            except BaseException as error:
                cancelled = cancelled or isinstance(error, asyncio.CancelledError)
                step = flow.throw(error)
            else:
                step = flow.send(result)
    except StopIteration as end:
        return cast(T, end.value)
