"""Waits as they are, with those that go on counted in: pure.

What still waits, ran out or was withdrawn has waited at least so long. Left out, the
figures would get better while the queue rots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple


class Wait(NamedTuple):
    """How long a request has waited, and whether a person's answer ended it."""

    seconds: float
    is_answered: bool


def quantiles(waits: Iterable[Wait], shares: Sequence[float]) -> list[float | None]:
    """Return by when each share of requests was answered, in seconds.

    Estimated with censored waits (Kaplan and Meier 1958). None: so many were not
    answered for as long as anybody has waited. `shares` in ascending order.
    """
    curve = list(_unanswered(waits))
    return [
        next((at for at, left in curve if 1 - left >= share - 1e-9), None)
        for share in shares
    ]


def _unanswered(waits: Iterable[Wait]) -> Iterable[tuple[float, float]]:
    """Yield after which waits how large a share is still without an answer.

    Of equal waits those that were answered count first, as is the custom.
    """
    ordered = sorted(waits)
    standing, left = len(ordered), 1.0
    for seconds, group in groupby(ordered, key=lambda wait: wait.seconds):
        equal = list(group)
        answered = sum(wait.is_answered for wait in equal)
        left *= 1 - answered / standing
        standing -= len(equal)
        if answered:
            yield seconds, left
