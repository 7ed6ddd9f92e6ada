"""JSON as it comes in attributes: read it where it is JSON, write it compactly.

`Any` throughout: JSON and OTLP's AnyValue have no narrower Python type.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import orjson

DEPTH = 64  # of nested JSON; what is deeper stays the text it came as


def loads(value: Any) -> Any:
    """Return what a JSON text holds; anything else, broken JSON included, as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in _OPENS:
        return value
    try:
        data = orjson.loads(value)
    except orjson.JSONDecodeError:
        return value
    return value if is_deep(value, data) else data


_OPENS = frozenset({"{", "["})


def is_deep(text: str, data: Any) -> bool:
    """Tell whether nesting passes DEPTH; without recursion, for it may be hostile."""
    if text.count("[") + text.count("{") <= DEPTH:
        return False
    level = [data]
    for _ in range(DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def to_json(value: Any) -> str:
    """Return compact JSON; of what JSON has no word for, its nearest text."""
    try:
        return orjson.dumps(value, _odd, _OPTIONS).decode()
    except TypeError:  # integers beyond 64 bits, lone surrogates
        return json.dumps(
            value, ensure_ascii=False, separators=(",", ":"), default=_odd
        )


_OPTIONS = orjson.OPT_NON_STR_KEYS
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def _odd(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def canonical(text: str) -> str:
    """Return a text by which two ways to write the same JSON are equal."""
    data = loads(text)
    if isinstance(data, str):
        return text.strip()
    try:
        dumped: bytes = orjson.dumps(data, _odd, _SORTED)
    except TypeError:
        return text.strip()
    return dumped.decode()


def as_text(value: Any) -> str:
    """Return text as it is and everything else as JSON."""
    return value if isinstance(value, str) else to_json(value)


def holds_words(value: Any) -> bool:
    """Tell whether there is any text in a value, however deep."""
    if isinstance(value, str):
        return bool(value)
    if isinstance(value, dict):
        return any(map(holds_words, value.values()))
    return isinstance(value, (list, tuple)) and any(map(holds_words, value))


def whole(value: Any) -> int | None:
    """Return a count that was sent as a number or as digits, else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) < 16 else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and 0 <= value < 2**53 else None


def moment_in_ns(ns: int) -> int | None:
    """Return nanoseconds since 1970 if they can be kept (until 2262), else None."""
    return ns if 0 <= ns <= _END_OF_TIME else None


_END_OF_TIME = 2**63 - 1  # they are kept as signed 64-bit integers


def real(value: Any) -> float | None:
    """Return a number that is finite, sent as such or as text, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e18 else None
