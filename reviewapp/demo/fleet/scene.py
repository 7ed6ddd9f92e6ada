"""A scene: one thing an agent wants to do, and how it behaves while it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Any

from reviewapp_client import Effect

# Any: the fields of an ask, as the client takes them.
Ask = dict[str, Any]


class Conduct(Enum):
    """How an agent goes on after it asked."""

    WELL = "waits, acts as granted, reports"
    FAILS = "is approved, and the act fails"
    DIES = "is approved, redeems and is never heard of again"
    MOVES_ON = "the world changes while it waits"
    WITHDRAWS = "no longer needs it after a minute"
    REPEATS = "asks the same from a second run"


@dataclass(frozen=True, slots=True)
class Scene:
    """`ask`: what is submitted. `thoughts`: the steps before it, for the trace."""

    system: str
    ask: Ask
    thoughts: tuple[str, ...]
    conduct: Conduct = Conduct.WELL
    effects: tuple[Effect, ...] = ()
    result: str = "Done."
    usage: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A way to make scenes; `weight`: how often, against the others."""

    weight: int
    make: Callable[[Random], Scene]
