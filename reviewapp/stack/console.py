"""What the stack says to the person at the terminal, and how it fails."""

import sys


class StackError(Exception):
    """Something a person has to put right; the message says what and how."""


def say(text: str) -> None:
    """Write one line for the person; standard output is left to the command."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
