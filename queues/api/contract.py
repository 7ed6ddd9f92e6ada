"""How the calls of this API stand in the generated contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

# Who is let in; the others are recognised only to be told that they are not.
# Any: the stubs take names alone, the library whole requirements too.
_SCHEMES: dict[str, Any] = {
    "agents": [{"agentKey": []}],
    "reviewers": [{"personalToken": []}, {"session": []}],
}

F = TypeVar("F", bound=Callable[..., Any])

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="One intent, one key; or send it as field `key`.",
)


# Any: a serializer class or instance, or None for an empty body.
def for_agents(name: str, takes: Any, gives: Any, **more: Any) -> Callable[[F], F]:
    """Document a call that agents make."""
    return _call("agents", name, takes, gives, **more)


def for_reviewers(name: str, takes: Any, gives: Any, **more: Any) -> Callable[[F], F]:
    """Document a call that people who decide make."""
    return _call("reviewers", name, takes, gives, **more)


def _call(
    tag: str, name: str, takes: Any, gives: Any, *, status: int = 200, **more: Any
) -> Callable[[F], F]:
    if not isinstance(gives, dict):
        gives = {204 if gives is None else status: gives}
    return extend_schema(
        operation_id=name,
        tags=[tag],
        request=takes,
        responses=gives,
        auth=_SCHEMES[tag],
        **more,
    )


_ID = "0195c7a0-5f0e-4f44-9d0a-6f9f2f3f1b11"
_ARGUMENTS = {"reservation": "R-4711"}
_DIGEST = "6f0a5d0f6cf5f2c7f1c6e58b8a3ad6f0a6b1bd4d5f6f1e8b3a9d4c7e2b1a0f9e"

ASKS = OpenApiExample(
    "A cancellation",
    request_only=True,
    value={
        "key": "cancel:R-4711",
        "action": {
            "tool": "cancel_reservation",
            "arguments": _ARGUMENTS,
            "summary": "Cancel R-4711 for the caller",
        },
        "environment": "production",
        "reversibility": "irreversible",
        "subject_ref": "customer 88",
        "justification": "The customer asked for it twice.",
        "evidence": [
            {
                "name": "reservation",
                "value": {"state": "open"},
                "observed_at": "2026-03-02T09:30:00Z",
                "max_age_s": 600,
                "source": "bookings",
            }
        ],
        "preconditions": [{"name": "reservation", "fingerprint": "etag-19"}],
    },
)
REDEEMS = OpenApiExample(
    "One attempt",
    request_only=True,
    value={
        "attempt": "worker-3:7f1c",
        "arguments_digest": _DIGEST,
        "preconditions": [{"name": "reservation", "fingerprint": "etag-19"}],
    },
)
REPORTS = OpenApiExample(
    "It worked",
    request_only=True,
    value={
        "status": "succeeded",
        "result": {"cancelled": True},
        "effects": [{"system": "bookings", "ref": "cancellation 5512"}],
        "usage": {"tokens": 412, "seconds": 1.5, "cost": "0.02"},
    },
)
EDITS = OpenApiExample(
    "Approve, edited",
    request_only=True,
    value={
        "verdict": "edit",
        "version": 1,
        "arguments": {"reservation": "R-4712"},
        "reason_code": "wrong_target",
        "comment": "They meant the second booking.",
    },
)
