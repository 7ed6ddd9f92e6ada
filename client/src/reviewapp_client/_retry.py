"""When to try again: decided here, without any IO, for both clients."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from ._clock import Clock
from ._errors import QueueFull, ReviewappUnavailable
from ._problems import problem_body

# Every call may be repeated, so whatever may pass by itself is worth another try.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_FIRST = 0.5  # seconds
_LONGEST = 30.0  # seconds
# Faults of the caller or of its set-up: no repetition helps.
LASTING = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


@dataclass
class Retry:
    """The pauses of one call: back-off with jitter, bounded by `patience` (s)."""

    clock: Clock
    patience: float
    failures: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock.monotonic()

    def after_loss(self, error: httpx.TransportError) -> float:
        """Return the seconds to pause after a lost connection, or raise."""
        if isinstance(error, LASTING):
            raise ReviewappUnavailable(f"cannot work: {error}") from error
        return self._pause(
            None, ReviewappUnavailable(f"{type(error).__name__} {error}")
        )

    def after_answer(self, response: httpx.Response) -> float:
        """Return the seconds to pause after a passing refusal, or raise."""
        asked = retry_after(response, self.clock.now())
        problem = problem_body(response)
        why = (
            f"{response.status_code} {problem.get('detail') or response.reason_phrase}"
        )
        kind = (
            QueueFull if problem.get("code") == "queue_full" else ReviewappUnavailable
        )
        return self._pause(asked, kind(why, asked))

    def _pause(self, asked: float | None, given_up: ReviewappUnavailable) -> float:
        pause = backoff(self.failures) if asked is None else spread(asked)
        self.failures += 1
        left = self.patience - (self.clock.monotonic() - self.began)
        if pause > left:
            raise given_up
        return pause


def backoff(failures: int) -> float:
    """Return a pause in seconds that grows with the failures so far, never the same."""
    longest = min(_LONGEST, _FIRST * 2 ** min(failures, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311


def spread(asked: float) -> float:
    """Return at least the pause asked for; not all who were told so come at once."""
    return asked * random.uniform(1.0, 1.1)  # noqa: S311


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Return the seconds Retry-After asks for, as a number or a date (RFC 9110)."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    # A date without a zone is in GMT, as HTTP dates are.
    aware = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
