"""What a provider's own request or response says beside its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from traces.providers.values import whole
from traces.providers.writing import PartWriter
from traces.spans import Usage

Block = dict[str, Any]  # Any: a provider's JSON
# Reads one message, whose role may be known from where it stands; `messages.py` has it.
ReadMessage = Callable[[Any, PartWriter, str], None]


@dataclass(slots=True)
class Payload:
    """Facts of one payload. `left`: keys of it that no reader knew."""

    provider: str = ""
    model: str = ""
    model_asked: str = ""
    finish: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    parameters: dict[str, Any] = field(default_factory=dict)
    display: str = ""
    left: dict[str, Any] = field(default_factory=dict)


def count(data: Any, *path: str) -> int | None:
    """Return a count at a path of names, each in snake or camel case, or None."""
    for name in path:
        if not isinstance(data, dict):
            return None
        data = data.get(name, data.get(_camel(name)))
    return whole(data)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def total(counts: Iterable[int | None]) -> int | None:
    """Return the sum of the counts that were given, or None where none was."""
    given = [number for number in counts if number is not None]
    return sum(given) if given else None


def texts(*values: Any) -> tuple[str, ...]:
    """Return the values that are texts and not empty."""
    return tuple(value for value in values if isinstance(value, str) and value)
