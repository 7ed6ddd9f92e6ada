"""Tool definitions in everybody's shape: one part each, as the model saw it."""

from __future__ import annotations

from typing import Any

import orjson

from traces.providers.values import loads, to_json
from traces.providers.writing import PartWriter

Definition = dict[str, Any]  # Any: JSON Schema

_SCHEMAS = (
    "parameters", "input_schema", "inputSchema", "parameters_json_schema",
    "parametersJsonSchema", "json_schema", "schema", "args_schema",
)  # fmt: skip
_LISTS = (
    "function_declarations", "functionDeclarations", "tools", "function_tools",
    "output_tools",
)  # fmt: skip


def read_tools(tools: Any, writer: PartWriter) -> None:
    """Read a list of definitions, or what holds one; each tool becomes a part."""
    data = loads(tools)
    if isinstance(data, dict) and not _is_definition(data):
        holds_list = any(name in data for name in _LISTS)
        data = [data] if holds_list else _by_name(data)
    for tool in data if isinstance(data, list) else [data]:
        _read_tool(loads(tool), writer)


def _by_name(tools: Definition) -> list[Any]:
    """Return definitions that were sent as a map from name to definition."""
    return [
        {"name": name, **tool} if isinstance(tool, dict) else tool
        for name, tool in tools.items()
    ]


def _is_definition(data: Definition) -> bool:
    return "name" in data or "function" in data or "toolSpec" in data


def _read_tool(tool: Any, writer: PartWriter) -> None:
    if isinstance(tool, str) and tool:
        writer.definition(tool, {"name": tool})
        return
    if not isinstance(tool, dict):
        writer.other("tool_definition", tool)
        return
    if not _is_definition(tool) and any(tool.get(name) for name in _LISTS):
        left = dict(tool)
        for name in _LISTS:
            inner = left.pop(name, None)
            if inner:
                read_tools(inner, writer)
        writer.left_over("tools", left)
        return
    definition = _unwrapped(tool)
    writer.definition(definition.get("name") or tool.get("type"), tool)


def _unwrapped(tool: Definition) -> Definition:
    """Return what stands in an envelope (OpenAI, Bedrock), or the definition itself."""
    for name in ("function", "toolSpec", "custom"):
        if isinstance(tool.get(name), dict):
            return dict(tool[name])
    return tool


def canonical_definition(text: str) -> str:
    """Return name, description and schema of a definition, equal for equal tools.

    Dialects name the schema in eight ways and wrap it in three; what the model is told
    is the same. What is none of the three (caching, strictness, ids) does not count.
    """
    data = loads(text)
    if not isinstance(data, dict):
        return text
    tool = _unwrapped(data)
    schema = loads(next((tool[name] for name in _SCHEMAS if tool.get(name)), "{}"))
    if isinstance(schema, dict) and isinstance(schema.get("json"), dict):
        schema = schema["json"]
    told = {
        "name": tool.get("name", ""),
        "description": tool.get("description") or "",
        "schema": schema,
    }
    try:
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return to_json(told)
