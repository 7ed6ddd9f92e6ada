"""Registering tools, correcting what was assumed of them, learning unseen ones."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Conflict, Invalid
from systems.models import System, Tool
from systems.rules import is_printable
from systems.schemas import schema_fault, schema_fingerprint
from systems.services.inventory import insert_row, lock_row, update_row
from systems.services.systems import check_in_service

_CODED = ("effect", "reversibility", "category", "freshness_limit_s", "inferred")
_NAME_LENGTH = 200
# An agent that makes up tool names must not be able to fill the inventory.
UNCONFIRMED_LIMIT = 500


class ToolFields(TypedDict, total=False):
    description: str
    effect: str
    reversibility: str
    category: str
    freshness_limit_s: int | None
    # Any: a JSON Schema is JSON.
    schema: dict[str, Any] | None
    owner: User | None


@transaction.atomic
def register_tool(
    system: System, name: str, *, actor: Actor, **fields: Unpack[ToolFields]
) -> Tool:
    """Register a tool of a system with what it does.

    Raises Invalid by field and Conflict("system_retired").
    """
    check_in_service(system)
    fingerprint = _fingerprint_of(fields)
    tool = insert_row(
        Tool(system=system, name=name, schema_fingerprint=fingerprint, **fields)
    )
    codes = {name: getattr(tool, name) for name in _CODED}
    _record("tool.registered", tool, actor, **codes)
    return tool


@transaction.atomic
def change_tool(tool: Tool, *, actor: Actor, **fields: Unpack[ToolFields]) -> Tool:
    """Change what the inventory says of a tool, which confirms an inferred one.

    Raises Invalid by field (a confirmed tool needs an effect and a reversibility) and
    Conflict("system_retired").
    """
    check_in_service(tool.system)
    wanted: dict[str, Any] = {**fields, "inferred": False}
    if "schema" in fields:
        wanted["schema_fingerprint"] = _fingerprint_of(fields)
    change = update_row(lock_row(tool), wanted)
    if change is None:
        return tool
    _record("tool.changed", tool, actor, **change.facts(_CODED))
    return change.row


@transaction.atomic
def learn_tool(
    system: System, name: str, *, actor: Actor, schema: dict[str, Any] | None = None
) -> Tool:
    """Return the tool of this name; an unseen one is recorded as inferred.

    Of an inferred tool nothing is known, so whoever rates a request assumes an
    irreversible write until its owner says what it does. A tool on record is
    returned as it stands, whatever schema comes with the call. Raises Invalid for a
    name or schema that cannot be taken and Conflict("too_many_tools").
    """
    _check_name(name)
    known = Tool.objects.filter(system=system, name=name).first()
    if known is not None:
        return known
    _check_room(system)
    fingerprint = _fingerprint_of({"schema": schema})
    tool, learned = Tool.objects.get_or_create(
        system=system,
        name=name,
        defaults={
            "schema": schema,
            "schema_fingerprint": fingerprint,
            "inferred": True,
        },
    )
    if learned:
        _record("tool.learned", tool, actor, schema_fingerprint=fingerprint)
    return tool


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _NAME_LENGTH or not is_printable(name):
        raise Invalid({"tool": ["A tool's name is up to 200 printable characters."]})


def _check_room(system: System) -> None:
    if system.tools.filter(inferred=True).count() >= UNCONFIRMED_LIMIT:
        raise Conflict(
            "too_many_tools",
            f"{system} has {UNCONFIRMED_LIMIT} tools that nobody has confirmed.",
        )


def _fingerprint_of(fields: ToolFields) -> str:
    schema = fields.get("schema")
    fault = None if schema is None else schema_fault(schema)
    if fault is not None:
        raise Invalid({"schema": [fault]})
    return schema_fingerprint(schema)


# Any: facts are JSON.
def _record(verb: str, tool: Tool, actor: Actor, **facts: Any) -> None:
    about = {"system": str(tool.system_id), "tool": tool.name}
    record_event(verb, tool, actor=actor, facts=about | facts)
