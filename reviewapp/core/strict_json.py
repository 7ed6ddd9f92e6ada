"""Reading JSON from strangers: exact, bounded, and the same for every reader.

What approval rests on is a digest of what was sent, so nothing may be changed silently
on the way in: a key given twice, an integer that a double cannot hold, a lone
surrogate, NaN. orjson would be faster, but turns integers above 64 bits into floats
and keeps the last of two equal keys without a word.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from reviewapp.core.problems import Invalid, Problem

MAX_DEPTH = 32
# RFC 7493 (I-JSON) section 2.2: beyond this, readers differ about the number.
MAX_INTEGER = 2**53 - 1
_ERRORS_SHOWN = 20
_NAME_SHOWN = 100


class MalformedJson(Problem):
    def __init__(self, detail: str) -> None:
        super().__init__("malformed_json", detail)


class TooDeep(Problem):
    def __init__(self) -> None:
        super().__init__(
            "too_deep", f"Objects and lists may be nested {MAX_DEPTH} deep at most."
        )


def read_json(body: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Return the JSON value of `body`. Any: JSON has no narrower Python type.

    Raises MalformedJson, TooDeep, or Invalid with the paths of what cannot be taken.
    """
    value = _parse(body)
    errors: dict[str, list[str]] = {}
    for path, leaf in _leaves(value, max_depth):
        if (reason := _refusal(leaf)) is not None:
            errors.setdefault(path or "body", []).append(reason)
            if len(errors) == _ERRORS_SHOWN:
                break
    if errors:
        raise Invalid(errors)
    return value


def _parse(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode(), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise MalformedJson("The body is not UTF-8.") from None
    except RecursionError:
        # The C scanner gives up cleanly, long after any depth that we take.
        raise TooDeep from None
    except json.JSONDecodeError as problem:
        raise MalformedJson(
            f"{problem.msg} (line {problem.lineno}, column {problem.colno})."
        ) from None
    except ValueError as problem:
        # Python's own limit on the digits of an integer.
        raise MalformedJson("A number has too many digits.") from problem


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJson("An object has the same key twice.")
    return found


def _no_constant(name: str) -> None:
    raise MalformedJson(f"{name} is no JSON number.")


def _leaves(value: Any, max_depth: int) -> Iterator[tuple[str, Any]]:
    """Yield every key and scalar with its path, without recursion."""
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        path, item, depth = waiting.pop()
        if not isinstance(item, dict | list):
            yield path, item
            continue
        if depth == max_depth:
            raise TooDeep
        pairs = item.items() if isinstance(item, dict) else enumerate(item)
        for name, child in pairs:
            if isinstance(name, str):
                yield path, name
            waiting.append((_join(path, name), child, depth + 1))


def _join(path: str, name: str | int) -> str:
    """Return a path fit to be shown: hostile keys are mended and cut."""
    shown = str(name).encode(errors="replace").decode().replace("\x00", "?")
    return f"{path}.{shown[:_NAME_SHOWN]}" if path else shown[:_NAME_SHOWN]


def _refusal(leaf: Any) -> str | None:
    if isinstance(leaf, str):
        if "\x00" in leaf:
            return "NUL characters are not allowed."
        if not _is_unicode(leaf):
            return "Lone surrogates are no Unicode text."
    elif isinstance(leaf, bool):
        return None
    elif isinstance(leaf, int) and abs(leaf) > MAX_INTEGER:
        return "Integers beyond 2^53 - 1 lose digits on the way; send them as text."
    elif isinstance(leaf, float) and not math.isfinite(leaf):
        return "This number is too large."
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
