"""A JSON Schema of a function's arguments, where its type hints are simple."""

import inspect
import types
from collections.abc import Callable
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ._json import JsonObject, JsonValue

_SCALARS: dict[object, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


# Any: the parameters and the value are the caller's.
def schema_of(function: Callable[..., Any]) -> JsonObject | None:
    """Return the schema of the arguments by name, or None where a hint is not simple.

    A reviewer's edit is checked against it. Half a schema would let through what the
    function cannot take, so one parameter that cannot be described leaves out all.
    """
    try:
        hints = get_type_hints(function)
    except (NameError, TypeError):  # annotations that cannot be resolved from here
        return None
    properties: JsonObject = {}
    for name, parameter in inspect.signature(function).parameters.items():
        described = _described(hints.get(name))
        if described is None or parameter.kind is parameter.VAR_KEYWORD:
            return None
        properties[name] = described
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


# Any: a type hint may be anything.
def _described(hint: Any) -> JsonObject | None:
    if isinstance(hint, type) and hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return _union(parts)
    if origin is list:
        items = _described(parts[0])
        return items and {"type": "array", "items": items}
    if origin is dict and parts[0] is str:
        values = _described(parts[1])
        return values and {"type": "object", "additionalProperties": values}
    return None


def _union(hints: tuple[Any, ...]) -> JsonObject | None:
    parts: list[JsonValue] = []
    for hint in hints:
        described = _described(hint)
        if described is None:
            return None
        parts.append(described)
    return {"anyOf": parts}
