"""Keeping an event stream open: when to read, when to come back. No IO."""

import logging
from dataclasses import dataclass

import httpx

from ._clock import Clock
from ._errors import ReviewappUnavailable
from ._problems import problem_of
from ._retry import LASTING, PASSING, backoff, retry_after, spread
from ._sse import EventStream

log = logging.getLogger("reviewapp_client")

_PATH = "api/v1/events"
# Seconds of silence after which a stream counts as dead; servers send comments between.
_SILENCE = 90.0


@dataclass
class Listening:
    """One listener. No outage ends it: it may be what hears an order to stop."""

    stream: EventStream
    clock: Clock
    instance: str | None = None
    failures: int = 0
    _asked: float | None = None

    def request(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """Build the request that reads on behind the last event seen."""
        self.stream.restart()
        params = {"after": self.stream.last_id, "instance": self.instance or ""}
        return http.build_request(
            "GET",
            _PATH,
            params={name: value for name, value in params.items() if value},
            headers={"Accept": "text/event-stream"},
            timeout=httpx.Timeout(_SILENCE, connect=10.0, pool=None),
        )

    def opened(self, response: httpx.Response) -> bool:
        """Return whether there is a stream to read; a refusal that may pass is none."""
        passing = response.status_code in PASSING
        self.failures = self.failures + 1 if passing else 0
        self._asked = retry_after(response, self.clock.now()) if passing else None
        return response.is_success

    def refuse(self, response: httpx.Response) -> None:
        """Raise the problem of an answer (read by now) that no repetition mends."""
        if response.status_code not in PASSING:
            raise problem_of(response)

    def lost(self, error: httpx.TransportError) -> None:
        """Take note of a lost connection; raises when none can ever be made."""
        if isinstance(error, LASTING):
            raise ReviewappUnavailable(f"cannot work: {error}") from error
        log.warning("event stream lost (%s), will reconnect", type(error).__name__)
        self.failures += 1
        self._asked = None

    def pause(self) -> float:
        """Return the seconds to let go by before the next try."""
        if self._asked is not None:
            return spread(self._asked)
        return backoff(self.failures) if self.failures else self.stream.retry
