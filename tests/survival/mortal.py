"""An agent as a program, to be killed: URL JOURNAL LEDGER STEPS [STEP POINT].

It takes so many steps, each behind a gate and with an intent of its own; a step's act
writes a line into LEDGER. In STEP, at POINT, it dies as by kill -9. Started again with
the same journal it goes on where it was. Its key comes by REVIEWAPP_KEY.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
from reviewapp_client import AlreadyDone, Client, Journal

# In the order of a step's life.
POINTS = (
    "before submit",
    "after submit",
    "after decision",
    "after redeem",
    "before act",
    "after act",
    "before report",
    "after report",
)
_CALLS = {"requests": "submit", "redeem": "redeem", "outcome": "report"}


class Fate:
    """Where this life ends; `step` is the one being taken."""

    def __init__(self, step: int, point: str) -> None:
        self._death = (step, point)
        self.step = 0

    def meet(self, point: str) -> None:
        if (self.step, point) == self._death:
            os.kill(os.getpid(), signal.SIGKILL)


class Mortal(httpx.HTTPTransport):
    """A wire on which the agent meets its fate."""

    def __init__(self, fate: Fate) -> None:
        super().__init__(verify=False)
        self._fate = fate

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = _CALLS.get(request.url.path.rpartition("/")[2], "")
        self._fate.meet(f"before {call}")
        response = super().handle_request(request)
        response.read()
        if response.is_success:
            self._fate.meet(f"after {call}")
            if request.method == "GET" and response.json()["status"] != "pending":
                self._fate.meet("after decision")
        return response


def main(url: str, journal: str, ledger: str, steps: str, *death: str) -> None:
    fate = Fate(int(death[0]) if death else 0, death[1] if death else "")
    client = Client(
        url,
        os.environ["REVIEWAPP_KEY"],
        journal=Journal(journal),
        transport=Mortal(fate),
        retry_for=600,
    )
    with client.setting.journal, client:
        take = _step(client, Path(ledger), fate)
        for number in range(1, int(steps) + 1):
            fate.step = number
            _say(number, lambda line=f"{Path(journal).name} {number}": take(line))


def _step(client: Client, ledger: Path, fate: Fate) -> Callable[[str], None]:
    def is_done(arguments: dict[str, object]) -> bool:
        return ledger.exists() and str(arguments["line"]) in ledger.read_text()

    @client.gate(
        tool="refund",
        environment="production",
        reversibility="irreversible",
        intent=lambda arguments: arguments["line"],
        resume=is_done,
    )
    def write(line: str) -> None:
        fate.meet("before act")
        with ledger.open("a") as file:
            file.write(f"{line}\n")
        fate.meet("after act")

    return write


def _say(number: int, act: Callable[[], object]) -> None:
    try:
        act()
        print(number, "done")  # noqa: T201
    except AlreadyDone as before:
        print(number, "done before:", before.outcome.status)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
