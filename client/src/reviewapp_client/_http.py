"""Sending one call, over and over if need be: the same loop, blocking and not."""

from typing import TypeVar

import httpx

from ._calls import Call
from ._clock import Clock
from ._retry import PASSING, Retry

T = TypeVar("T")


def send(http: httpx.Client, call: Call[T], retry: Retry, clock: Clock) -> T:
    """Return what the server answers; raises Problem or ReviewappUnavailable."""
    while True:
        try:
            response = http.send(call.request(http))
        except httpx.TransportError as error:
            pause = retry.after_loss(error)
        else:
            if response.status_code not in PASSING:
                return call.read(response)
            pause = retry.after_answer(response)
        clock.sleep(pause)


async def send_async(
    http: httpx.AsyncClient, call: Call[T], retry: Retry, clock: Clock
) -> T:
    """Like `send`."""
    while True:
        try:
            response = await http.send(call.request(http))
        except httpx.TransportError as error:
            pause = retry.after_loss(error)
        else:
            if response.status_code not in PASSING:
                return call.read(response)
            pause = retry.after_answer(response)
        await clock.sleep_async(pause)
