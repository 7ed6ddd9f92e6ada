"""The generated contract: how callers authenticate, and what a refusal looks like."""

from __future__ import annotations

from typing import Any, Literal

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from reviewapp.core.authentication import (
    AGENT_PREFIX,
    BearerAuthentication,
    PersonSessionAuthentication,
)
from reviewapp.core.media import PROBLEM_TYPE

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `errors` names fields by their path.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}


class ProblemAutoSchema(AutoSchema):
    """Every operation may answer with a problem instead."""

    def _get_response_bodies(
        self, direction: Literal["request", "response"] = "response"
    ) -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        refused = {
            "description": "Refused or failed; `code` says why.",
            "content": {PROBLEM_TYPE: {"schema": _PROBLEM}},
        }
        return {**bodies, "default": refused}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session; unsafe calls also need the X-CSRFToken header."""

    target_class = PersonSessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
        }


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """People's tokens and agents' keys, told apart by their prefix."""

    target_class = BearerAuthentication
    match_subclasses = True

    @property
    def name(self) -> str:  # type: ignore[override]  # it depends on the class matched
        return "agentKey" if self.target.prefix == AGENT_PREFIX else "personalToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": f"{self.target.prefix}…",
        }
