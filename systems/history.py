"""What the log says of a system, in the words of a person. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# Any: facts are JSON.
Facts = Mapping[str, Any]


def words_of(verb: str, facts: Facts) -> str:
    """Return one line for an event of the inventory; the verb itself if unknown."""
    describe = _LINES.get(verb)
    return describe(facts) if describe else verb


def _changes(facts: Facts) -> str:
    """Name the fields; codes and figures with their values, before and after."""
    before, after = facts.get("before", {}), facts.get("after", {})
    parts = [
        f"{_plain(name)} {_value(before.get(name))} → {_value(after[name])}"
        if name in after
        else _plain(name)
        for name in facts.get("fields", [])
        if name not in {"schema_fingerprint", "inferred"}
    ]
    return ", ".join(parts)


def _changed_tool(facts: Facts) -> str:
    verb = "Confirmed" if "inferred" in facts.get("fields", []) else "Changed"
    changes = _changes(facts)
    return f"{verb} tool {facts['tool']}" + (f": {changes}" if changes else "")


def _plain(name: str) -> str:
    return name.removesuffix("_s").replace("_", " ")


def _value(value: object) -> str:
    return "unknown" if value is None else str(value)


def _tier(tier: int | None) -> str:
    return "none" if tier is None else str(tier)


def _key(facts: Facts) -> str:
    return f"{facts['prefix']}… ({', '.join(facts['scopes'])})"


_LINES: dict[str, Callable[[Facts], str]] = {
    "system.registered": lambda facts: f"Registered as {facts['slug']}",
    "system.changed": lambda facts: f"Changed {_changes(facts)}",
    "system.signed_off": lambda facts: f"Signed off with {facts['tools']} tools",
    "system.words_capped": lambda facts: (
        f"Words of its traces capped at tier {_tier(facts['before'])}"
        f" → {_tier(facts['after'])}"
    ),
    "system.retired": lambda facts: "Retired the system",
    "tool.registered": lambda facts: f"Registered tool {facts['tool']}",
    "tool.learned": lambda facts: f"Tool {facts['tool']} seen for the first time",
    "tool.changed": _changed_tool,
    "credential.registered": lambda facts: (
        f"Registered credential {facts['credential']} for {facts['environment']}"
    ),
    "credential.retired": lambda facts: f"Retired credential {facts['credential']}",
    "key.issued": lambda facts: f"Issued key {_key(facts)}",
    "key.rotated": lambda facts: f"Rotated key {_key(facts)}",
    "webhook_secret.rotated": lambda facts: "Rotated the secret that signs callbacks",
    "key.revoked": lambda facts: f"Revoked key {_key(facts)}",
}

INVENTORY_VERBS = tuple(_LINES)
