"""JSON values without parts, as text that cannot be taken for anything else. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A text that reads as a number, as a literal or as quoted already is quoted (again).
_LOOKS_LIKE_ANOTHER_TYPE = re.compile(
    r'(?:|true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|".*")\Z', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """`kind` is text, literal (a number, true, false) or nothing (null, [] and {})."""

    kind: str
    text: str


# Any, here and below: a JSON value has no narrower Python type.
def is_leaf(value: Any) -> bool:
    """True for what has no parts: all but objects and lists with something in them."""
    return not (isinstance(value, Mapping | list) and value)


def leaf_of(value: Any) -> Leaf:
    """Return what a value without parts is shown as."""
    if isinstance(value, str):
        misleads = _LOOKS_LIKE_ANOTHER_TYPE.match(value) or value != value.strip()
        return Leaf("text", f'"{value}"' if misleads else value)
    if isinstance(value, Mapping):
        return Leaf("nothing", "no fields")
    if isinstance(value, list):
        return Leaf("nothing", "no items")
    if value is None:
        return Leaf("nothing", "null")
    return Leaf("literal", json.dumps(value))
