"""The HTTP contract: one function for each call an agent's key may make."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from . import _parsing
from ._ask import Evidence, Precondition, evidence_of, preconditions_of
from ._calls import Call
from ._json import JsonObject
from ._models import Containment, Grant, Request

LONGEST_WAIT = 120  # seconds a server holds a long poll, at most
_REQUESTS = "api/v1/requests"
_CONTAINMENT = "api/v1/containment"


def submit(key: str, body: JsonObject) -> Call[Request]:
    return Call(
        "POST",
        _REQUESTS,
        _parsing.request,
        body=body,
        headers={"Idempotency-Key": key},
    )


def get(request_id: str, wait: int = 0) -> Call[Request]:
    wait = min(wait, LONGEST_WAIT)
    return Call(
        "GET",
        _path(_REQUESTS, request_id),
        _parsing.request,
        params={"wait": str(wait)} if wait else {},
        wait=wait,
    )


def withdraw(request_id: str) -> Call[None]:
    return Call("POST", _path(_REQUESTS, request_id, "withdraw"), _parsing.nothing)


def refresh(
    request_id: str,
    preconditions: Sequence[Precondition] | Mapping[str, str],
    evidence: Sequence[Evidence] = (),
) -> Call[None]:
    return Call(
        "POST",
        _path(_REQUESTS, request_id, "preconditions"),
        _parsing.nothing,
        body={
            "preconditions": preconditions_of(preconditions),
            "evidence": evidence_of(evidence),
        },
    )


def redeem(
    request_id: str,
    attempt: str,
    arguments_digest: str,
    preconditions: Sequence[Precondition] | Mapping[str, str] = (),
) -> Call[Grant]:
    return Call(
        "POST",
        _path(_REQUESTS, request_id, "redeem"),
        _parsing.grant,
        body={
            "attempt": attempt,
            "arguments_digest": arguments_digest,
            "preconditions": preconditions_of(preconditions),
        },
    )


def outcome(request_id: str, body: Mapping[str, object]) -> Call[None]:
    return Call("POST", _path(_REQUESTS, request_id, "outcome"), _parsing.nothing, body)


def acknowledge(request_id: str, instance: str) -> Call[None]:
    return Call(
        "POST",
        _path(_REQUESTS, request_id, "ack"),
        _parsing.nothing,
        body={"instance": instance},
    )


def heartbeat(instance: str, version: str, environment: str) -> Call[None]:
    return Call(
        "POST",
        "api/v1/instances/heartbeat",
        _parsing.nothing,
        body={"instance": instance, "version": version, "environment": environment},
    )


def containment() -> Call[tuple[Containment, ...]]:
    return Call("GET", _CONTAINMENT, _parsing.containments)


def acknowledge_containment(
    containment_id: str, instance: str, stopped_at: datetime
) -> Call[None]:
    return Call(
        "POST",
        _path(_CONTAINMENT, containment_id, "ack"),
        _parsing.nothing,
        body={"instance": instance, "stopped_at": stopped_at.isoformat()},
    )


def outcome_body(
    status: Literal["succeeded", "failed", "uncertain"],
    result: object = None,
    effects: Sequence[Mapping[str, Any]] = (),
    usage: Mapping[str, Any] | None = None,
) -> dict[str, object]:
    """Return the body of an outcome; what is empty is left out."""
    body = {
        "status": status,
        "result": result,
        "effects": list(effects),
        "usage": usage,
    }
    return {name: value for name, value in body.items() if value not in (None, [])}


def _path(*parts: str) -> str:
    root, *rest = parts
    return "/".join([root, *(quote(part, safe="") for part in rest)])
