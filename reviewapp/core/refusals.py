"""What Django, DRF and PostgreSQL raise, as a Problem with a stable code."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import DatabaseError, DataError, InternalError, OperationalError
from django.http import Http404
from redis.exceptions import RedisError
from rest_framework import exceptions, status

from reviewapp.core.problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Overloaded,
    Problem,
    TooLarge,
    Unauthenticated,
)
from reviewapp.core.words import WordsDamaged, WordsGone

log = structlog.get_logger(__name__)

_RETRY_AFTER_S = 2
# PostgreSQL ends a transaction that idles: to the caller as good as a lost connection.
# Its other internal errors are ours.
_IDLE_TOO_LONG = "25P03"
# Codes of DRF's own refusals, by HTTP status.
_DRF_CODES = {
    status.HTTP_400_BAD_REQUEST: ("malformed", "Bad request"),
    status.HTTP_405_METHOD_NOT_ALLOWED: ("method_not_allowed", "Method not allowed"),
    status.HTTP_406_NOT_ACCEPTABLE: ("not_acceptable", "Not acceptable"),
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: (
        "unsupported_media_type",
        "Unsupported media type",
    ),
    status.HTTP_429_TOO_MANY_REQUESTS: ("throttled", "Too many requests"),
}


class OfFramework(Problem):
    """A refusal of the framework, with the status that the framework chose."""

    def __init__(self, status_code: int, detail: str) -> None:
        code, self.title = _DRF_CODES[status_code]  # type: ignore[misc]
        self.status = status_code  # type: ignore[misc]
        super().__init__(code, detail)


def as_problem(exc: Exception) -> Problem | None:
    """Return the refusal behind an exception, or None if it is a bug."""
    match exc:
        case Problem():
            return exc
        case exceptions.ValidationError():
            return Invalid(flat_errors(exc.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return Unauthenticated("not_authenticated", str(exc.detail))
        case PermissionDenied() | exceptions.PermissionDenied():
            return Forbidden("not_allowed", "You may not do this.")
        case Http404() | exceptions.NotFound():
            return NotFound()
        case exceptions.APIException() if exc.status_code in _DRF_CODES:
            return OfFramework(exc.status_code, str(exc.detail))
        case RequestDataTooBig():
            return TooLarge("too_large", "The body is too large.")
        case SuspiciousOperation():
            return OfFramework(status.HTTP_400_BAD_REQUEST, "The request is malformed.")
        case WordsGone():
            return Conflict(
                "words_gone", "The words this is about were destroyed, for good."
            )
        case WordsDamaged():
            # Mostly after a restore: the keys are older than the words, or of another
            # master key. Somebody has to hear of it.
            log.error("words.damaged", reason=str(exc))
            return Conflict(
                "words_damaged",
                "The words this is about cannot be read with the keys that are here. "
                "Whoever runs Reviewapp finds more in its log.",
            )
        case DataError() | OperationalError():
            return _of_database(exc)
        case InternalError() if _sqlstate(exc) == _IDLE_TOO_LONG:
            return _of_database(exc)
        case RedisError():
            # Only rate limits ask Redis on the way; without them nobody signs in.
            log.warning("redis.unavailable", kind=type(exc).__name__)
            return _unavailable("Redis")
    return None


def _sqlstate(exc: DatabaseError) -> str | None:
    return getattr(exc.__cause__, "sqlstate", None)


def _of_database(exc: DatabaseError) -> Problem:
    """PostgreSQL's text quotes the value it refused: it is not shown, nor logged."""
    kind = type(exc).__name__
    log.warning("database.refused", kind=kind, sqlstate=_sqlstate(exc))
    if isinstance(exc, DataError):
        return Invalid({}, detail="A value is out of the range that can be stored.")
    return _unavailable("The database")


def _unavailable(what: str) -> Overloaded:
    return Overloaded(
        "unavailable", f"{what} cannot answer now.", retry_after_s=_RETRY_AFTER_S
    )


def flat_errors(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested error detail to `{"action.tool": [text, …]}`."""
    if isinstance(detail, dict):
        pairs: Any = detail.items()
    elif isinstance(detail, list) and any(isinstance(part, dict) for part in detail):
        pairs = enumerate(detail)
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {path or "body": [str(text) for text in texts]} if texts else {}
    found: dict[str, list[str]] = {}
    for name, inner in pairs:
        place = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
        found |= flat_errors(inner, place)
    return found
