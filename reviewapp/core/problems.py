"""Problems: every refusal has a stable code, says what happened and what to do.

Raised by services and doors alike; rendered as RFC 9457 problem+json by the API and
as a page or fragment by the views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

Errors = Mapping[str, Sequence[str]]


class Problem(Exception):
    """A refusal meant for the caller. `code` is stable, `detail` is for a person."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"

    def __init__(self, code: str, detail: str, *, errors: Errors | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors: Errors = errors or {}

    @property
    def headers(self) -> dict[str, str]:
        return {}

    def as_json(self) -> dict[str, object]:
        body: dict[str, object] = {
            "type": f"urn:reviewapp:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.errors:
            body["errors"] = {name: list(texts) for name, texts in self.errors.items()}
        return body


class Invalid(Problem):
    """What was sent cannot be taken; nothing was stored."""

    status = 400
    title = "Invalid input"

    def __init__(
        self,
        errors: Errors,
        *,
        code: str = "invalid",
        detail: str = "Some fields cannot be taken as they are; nothing was stored.",
    ) -> None:
        super().__init__(code, detail, errors=errors)


class Unauthenticated(Problem):
    status = 401
    title = "Not signed in"

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": 'Bearer realm="reviewapp"'}


class Forbidden(Problem):
    status = 403
    title = "Not allowed"


class NotFound(Problem):
    """Absent or not visible: the two are told apart to nobody."""

    status = 404
    title = "Not found"

    def __init__(self, detail: str = "There is nothing here that you may see.") -> None:
        super().__init__("not_found", detail)


class Conflict(Problem):
    """The state of the thing does not allow this (any more)."""

    status = 409
    title = "Conflict"


class AlreadyHandled(Conflict):
    """A conditional update changed no row: somebody else won."""

    def __init__(self, detail: str = "Somebody else was faster; look again.") -> None:
        super().__init__("already_handled", detail)


class TooLarge(Problem):
    status = 413
    title = "Too large"


class Overloaded(Problem):
    """Come back later; nothing was queued."""

    status = 503
    title = "Come back later"

    def __init__(self, code: str, detail: str, *, retry_after_s: int) -> None:
        super().__init__(code, detail)
        self.retry_after_s = retry_after_s

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after_s)}
