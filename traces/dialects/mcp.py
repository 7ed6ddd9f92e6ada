"""Model Context Protocol: calls of tools on a server, with hints what they do."""

from __future__ import annotations

from traces.dialects.told import Dialect, Told
from traces.spans import Kind

DIALECT = Dialect(
    "mcp",
    slots={
        "mcp_method": ("mcp.method.name",),
        "tool": ("mcp.tool.name",),
        "arguments": ("mcp.request.argument", "mcp.tool.arguments"),
        "result": ("mcp.tool.result",),
        "read_only": ("mcp.tool.annotations.readOnlyHint",),
        "destructive": ("mcp.tool.annotations.destructiveHint",),
        "tool_hints": ("gen_ai.tool.annotations", "mcp.tool.annotations"),
    },
    families={},
)
KINDS = {"tools/call": Kind.TOOL, "resources/read": Kind.RETRIEVAL}

_EFFECTS = {
    "read": "read", "readonly": "read", "read_only": "read", "read-only": "read",
    "write": "write", "destructive": "destructive", "broadcast": "broadcast",
}  # fmt: skip


def take_effect(told: Told) -> str:
    """Take the declared effect of a tool; MCP gives two hints in its place.

    A tool that is not read-only is destructive unless it says otherwise: the protocol's
    own default.
    """
    declared = told.take("effect")
    if declared is not None:
        effect = _EFFECTS.get(str(declared).lower(), "")
        if not effect:
            told.keep("effect", declared)
        return effect
    hints = told.take_map("tool_hints")
    for slot, name in (
        ("read_only", "readOnlyHint"),
        ("destructive", "destructiveHint"),
    ):
        if isinstance(hints.get(name), bool):
            told.hear(slot, 0, name, hints.pop(name))
    told.keep("tool.annotations", hints or None)
    read_only = told.take_switch("read_only")
    destructive = told.take_switch("destructive")
    if read_only is True:
        return "read"
    if destructive is True or (read_only is False and destructive is None):
        return "destructive"
    return "write" if destructive is False else ""
