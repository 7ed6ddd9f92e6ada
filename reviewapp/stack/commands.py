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

STOP_PATIENCE = 10.0  # seconds a command has to end after Ctrl-C or SIGTERM


class Terminated(BaseException):
    """SIGTERM or SIGHUP came: unwind, stop everything, leave nothing."""


def run(folders: Folders, wanted: Wanted, command: list[str]) -> int:
    """Run ``command`` on the stack and answer its exit code."""
    try:
        with unwinding_on_signals(), stack(folders, wanted) as variables:
            return call(command, variables)
    except (KeyboardInterrupt, Terminated):
        # It came while the servers were starting or stopping.
        return 128 + signal.SIGTERM


def call(command: list[str], variables: dict[str, str]) -> int:
    """Run a command that dies with us; 128 + number when a signal ended it."""
    bound = [setpriv(), "--pdeathsig=TERM", "--", *command]
    with subprocess.Popen(bound, env=os.environ | variables) as child:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = _end(child, signal.SIGINT)
        except Terminated:
            code = _end(child, signal.SIGTERM)
    return code if code >= 0 else 128 - code


def _end(child: subprocess.Popen[bytes], number: signal.Signals) -> int:
    # From a terminal Ctrl-C reached the child already; twice would cut short
    # what it does to end well, so it is only repeated for a lone process.
    if number != signal.SIGINT or not os.isatty(0):
        child.send_signal(number)
    try:
        return child.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


@contextmanager
def unwinding_on_signals() -> Iterator[None]:
    """Turn the signals that ask us to end into an exception."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _terminate) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _terminate(number: int, frame: FrameType | None) -> None:
    raise Terminated
