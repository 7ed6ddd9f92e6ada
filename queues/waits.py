"""Waits as they are, with those that go on counted in: pure.

What still waits, ran out or was withdrawn has waited at least so long. Left out, the
figures would get better while the queue rots.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# Of fewer that have waited as long one answer would decide the whole rest.
FEWEST = 5


class Wait(NamedTuple):
    """How long a request has waited, and whether a person's answer ended it.

    `unseen_s`: how long it had waited already when the looking began. Whatever was
    answered before then was not seen, so it tells nothing of shorter waits.
    """

    seconds: float
    is_answered: bool
    unseen_s: float = 0.0


def quantiles(waits: Iterable[Wait], shares: Sequence[float]) -> list[float | None]:
    """Return by when each share of requests was answered, in seconds.

    Estimated with censored waits (Kaplan and Meier 1958) that may have begun unseen
    (Tsai, Jewell and Wang 1987). None: so many were not answered for as long as enough
    have waited; one that is answered after all others went tells nothing of them.
    """
    curve = list(_unanswered([wait for wait in waits if wait.seconds > wait.unseen_s]))
    return [
        next((at for at, left in curve if 1 - left >= share - 1e-9), None)
        for share in shares
    ]


def _unanswered(waits: Sequence[Wait]) -> Iterator[tuple[float, float]]:
    """Yield after which waits how large a share is still without an answer.

    Of equal waits those that were answered count first, as is the custom.
    """
    answered = Counter(wait.seconds for wait in waits if wait.is_answered)
    begun = sorted(wait.unseen_s for wait in waits)
    ended = sorted(wait.seconds for wait in waits)
    all_answered = all(wait.is_answered for wait in waits)
    left = 1.0
    for seconds in sorted(answered):
        # Whoever had waited as long and was in sight.
        standing = bisect_left(begun, seconds) - bisect_left(ended, seconds)
        if standing < FEWEST and not all_answered:
            return
        left *= 1 - answered[seconds] / standing
        yield seconds, left
