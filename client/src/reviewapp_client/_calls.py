"""One exchange with the server, without IO: what to send, how to read the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, Self, TypeVar

import httpx

from ._errors import UnexpectedAnswer
from ._json import JsonValue
from ._problems import problem_of
from .digests import canonical

T = TypeVar("T")

_CONNECT = 10.0  # seconds
_READ = 30.0  # seconds of silence, beyond what the server may hold the answer


@dataclass(frozen=True)
class Call(Generic[T]):
    """One exchange. All of the contract's may be repeated and do nothing twice.

    `wait`: seconds the server may hold the answer. `patience`: seconds to keep trying
    while it cannot be reached; None leaves that to the client.
    """

    method: str
    path: str
    parse: Callable[[JsonValue], T]
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0
    patience: float | None = None

    def within(self, patience: float | None) -> Self:
        """Return this call with another patience."""
        return replace(self, patience=patience)

    def request(self, http: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """Build the request; a repeat sends the same bytes."""
        content, headers = None, dict(self.headers)
        if self.body is not None:
            content = canonical(self.body)
            headers["Content-Type"] = "application/json"
        return http.build_request(
            self.method,
            self.path,
            content=content,
            headers=headers,
            params=dict(self.params) or None,
            # The pool never times out: a thousand waiting calls are no fault.
            timeout=httpx.Timeout(_READ + self.wait, connect=_CONNECT, pool=None),
        )

    def read(self, response: httpx.Response) -> T:
        """Return what the answer means; raises Problem or UnexpectedAnswer."""
        if not response.is_success:
            raise problem_of(response)
        try:
            return self.parse(response.json() if response.content else None)
        except ValueError as error:  # no JSON, an unknown status, a malformed time
            where = f"{self.method} {self.path}"
            raise UnexpectedAnswer(f"{where} gave no proper answer: {error}") from error
