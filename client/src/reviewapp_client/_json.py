"""What may travel as JSON, checked before anything is sent."""

import math
from collections.abc import Mapping
from typing import TypeAlias

from ._errors import NotJson

JsonValue: TypeAlias = (
    "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
)
JsonObject: TypeAlias = dict[str, JsonValue]

LARGEST_INTEGER = 2**53 - 1  # RFC 8785 §3.2.2.3: numbers are IEEE 754 doubles
DEEPEST = 100  # far above what servers take; ends structures that contain themselves


def plain(value: object, path: str = "value", depth: int = 0) -> JsonValue:
    """Return `value` as plain JSON types, copied, so later changes do not matter.

    Raises NotJson naming the place of whatever RFC 8785 cannot carry unchanged.
    """
    if depth > DEEPEST:
        raise NotJson(path[:80], "is nested too deeply, or contains itself")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, int):
        return _integer(value, path)
    if isinstance(value, float):
        return _float(value, path)
    if isinstance(value, (list, tuple)):
        return [plain(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        return plain_object(value, path, depth)
    raise NotJson(path, f"is a {type(value).__name__}; send it as a string")


def plain_object(
    value: Mapping[str, object], path: str = "value", depth: int = 0
) -> JsonObject:
    """Like `plain`, for an object; its names must be strings."""
    for name in value:
        if not isinstance(name, str):
            raise NotJson(path, f"has the name {name!r}, which is not a string")
    return {
        _text(name, path): plain(item, f"{path}.{name}", depth + 1)
        for name, item in value.items()
    }


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotJson(path, "holds half a surrogate pair, not valid Unicode") from None
    # A str subclass (an Enum member, say) becomes the text it is equal to.
    return str.__str__(value)


def _integer(value: int, path: str) -> int:
    if abs(value) > LARGEST_INTEGER:
        raise NotJson(path, "is an integer beyond ±(2^53-1); send it as a string")
    return int(value)


def _float(value: float, path: str) -> float:
    if not math.isfinite(value):
        raise NotJson(path, f"is {value}, which JSON does not know")
    # Canonical JSON writes a whole float as an integer: beyond 2^53 the far side
    # would read it as one that is not exact.
    if value.is_integer() and abs(value) > LARGEST_INTEGER:
        raise NotJson(path, f"is {value}, beyond ±(2^53-1); send it as a string")
    return float(value)
