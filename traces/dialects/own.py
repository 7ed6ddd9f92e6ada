"""Attributes of our own (`reviewapp.*`), and those that every dialect shares."""

from __future__ import annotations

from traces.dialects.told import Dialect

OWN = Dialect(
    "reviewapp",
    slots={
        "own_kind": ("reviewapp.kind",),
        "conversation": ("reviewapp.conversation_id",),
        "subject": ("reviewapp.subject_ref",),
        "request_id": ("reviewapp.request_id",),
        "synthetic": ("reviewapp.synthetic",),
        "turn": ("reviewapp.turn",),
        "effect": ("reviewapp.tool.effect",),
        "index": ("reviewapp.index",),
        "index_version": ("reviewapp.index.version",),
        "environment": ("reviewapp.environment",),
    },
    families={},
    marks=False,
)
SHARED = Dialect(
    "",
    slots={
        "conversation": ("session.id",),
        "subject": ("enduser.id", "user.id"),
        "environment": ("deployment.environment.name", "deployment.environment"),
        "service": ("service.name",),
        "release": ("service.version",),
        "error_type": ("error.type",),
        "exception_type": ("exception.type",),
        "error_message": ("error.message", "exception.message"),
        "error_trace": ("exception.stacktrace",),
    },
    families={},
    marks=False,
)
