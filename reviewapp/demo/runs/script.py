"""What one run of an agent is made of, before it is told as spans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a tool that reads. Any: arguments and results are JSON."""

    tool: str
    arguments: dict[str, Any]
    result: Any
    seconds: float = 0.4


@dataclass(frozen=True, slots=True)
class Turn:
    """One answer of the model: what it thought, what it said, what it called."""

    thought: str = ""
    said: str = ""
    calls: tuple[Call, ...] = ()
