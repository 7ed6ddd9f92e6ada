"""What an edit changed: two JSON values compared place by place. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Any: arguments are the agent's own JSON, at any depth.
Change = dict[str, Any]


def differences(before: Any, after: Any) -> list[Change]:
    """Return `{"path", "before", "after"}` for each place that differs.

    A side that does not have the place lacks the key. Lists are compared item by item:
    reviewers edit values, they do not reorder.
    """
    return list(_walk(before, after, ""))


def _walk(before: Any, after: Any, path: str) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        for name in names:
            place = f"{path}.{name}" if path else str(name)
            yield from _side_by_side(before, after, name, place)
    elif isinstance(before, list) and isinstance(after, list):
        one, other = dict(enumerate(before)), dict(enumerate(after))
        for index in range(max(len(one), len(other))):
            yield from _side_by_side(one, other, index, f"{path}[{index}]")
    # Python counts True as 1; an agent does not.
    elif before != after or type(before) is not type(after):
        yield {"path": path, "before": before, "after": after}


def _side_by_side(
    before: dict[Any, Any], after: dict[Any, Any], name: Any, path: str
) -> Iterator[Change]:
    if name in before and name in after:
        yield from _walk(before[name], after[name], path)
    elif name in before:
        yield {"path": path, "before": before[name]}
    else:
        yield {"path": path, "after": after[name]}
