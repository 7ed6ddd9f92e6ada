"""An agent as a program, to be killed: URL JOURNAL TILL [die-at].

It refunds once, by appending a line to TILL, and prints what came of it. `die-at` is
where it ends as if by kill -9: "before POST redeem", "after POST redeem", "in act", ...
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from reviewapp_client import AlreadyDone, Client, Journal, UncertainEffect


class Mortal(httpx.HTTPTransport):
    def __init__(self, point: str) -> None:
        super().__init__()
        self._point = point

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/api/v1/").split("/")[-1]
        call = f"{request.method} {name}"
        self._die_at(f"before {call}")
        response = super().handle_request(request)
        response.read()
        self._die_at(f"after {call}")
        return response

    def _die_at(self, point: str) -> None:
        if point == self._point:
            os._exit(9)


def main(url: str, journal: str, till: str, point: str = "") -> None:
    client = Client(
        url, "secret", journal=Journal(journal), transport=Mortal(point), retry_for=10
    )
    with client, client.setting.journal:
        print(told(lambda: refunding(client, Path(till), point)))  # noqa: T201


def refunding(client: Client, till: Path, point: str) -> str:
    @client.gate(environment="production", reversibility="compensable")
    def refund(order_id: str) -> str:
        with till.open("a") as paid:
            paid.write(f"{order_id}\n")
        if point == "in act":
            os._exit(9)
        return "paid"

    return refund(order_id="A-17", intent="refund:A-17")


def told(act: Callable[[], str]) -> str:
    try:
        return act()
    except AlreadyDone as done:
        return f"already {done.outcome.status}"
    except UncertainEffect:
        return "uncertain"


if __name__ == "__main__":
    main(*sys.argv[1:])
