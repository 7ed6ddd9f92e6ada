"""Run one command on a stack, as `make test` does."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reviewapp.stack.binaries import setpriv
from reviewapp.stack.folders import Folders
from reviewapp.stack.servers import Wanted, stack

STOP_PATIENCE = 30.0  # seconds a command has to end after Ctrl-C or SIGTERM
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Terminated(BaseException):
    """We were asked to end: unwind, stop everything, leave nothing."""

    def __init__(self, number: int) -> None:
        self.number = number


def run(folders: Folders, wanted: Wanted, command: list[str]) -> int:
    """Run ``command`` on the stack and answer its exit code."""
    try:
        with unwinding_on_signals(), stack(folders, wanted) as variables:
            return call(command, variables)
    except Terminated as asked:
        return 128 + asked.number


def call(command: list[str], variables: dict[str, str]) -> int:
    """Run a command that dies with us; 128 + number when a signal ended it."""
    bound = [setpriv(), "--pdeathsig=TERM", "--", *command]
    with subprocess.Popen(bound, env=os.environ | variables) as child:
        try:
            code = child.wait()
        except Terminated as asked:
            _end(child, asked.number)
            raise
    return code if code >= 0 else 128 - code


@contextmanager
def unwinding_on_signals() -> Iterator[None]:
    """Turn the first signal that asks us to end into an exception."""
    before = {number: signal.signal(number, _terminate) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminate(number: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not cut the tidying short.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise Terminated(number)


def _end(child: subprocess.Popen[bytes], number: int) -> None:
    # From a terminal Ctrl-C reached the child already; twice would cut short
    # what it does to end well, so it is only repeated for a lone process.
    if number != signal.SIGINT or not os.isatty(0):
        child.send_signal(number)
    try:
        child.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
