"""A scene: one thing an agent wants to do, and how it behaves while it waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from random import Random
from typing import Any

from reviewapp_client import Effect

from reviewapp.demo.runs.script import Call, Turn

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
    """`ask`: what is submitted. `heard` and `turns`: what came before, for its trace;
    what the model thought when it asked is the ask's own reasoning."""

    system: str
    ask: Ask
    heard: str
    turns: tuple[Turn, ...]
    conduct: Conduct = Conduct.WELL
    effects: tuple[Effect, ...] = ()
    result: str = "Done."
    usage: dict[str, Any] = field(default_factory=dict)

    @property
    def last_turn(self) -> Turn:
        """The turn in which the model calls the tool that needs leave."""
        thought = self.ask.get("reasoning") or self.ask.get("justification", "")
        call = Call(self.ask["tool"], self.ask["arguments"], None)
        return Turn(thought, calls=(call,))


# Any: a tool's arguments are JSON.
def looked_at(evidence: dict[str, Any], **arguments: Any) -> Call:
    """The call by which an agent came to know a piece of evidence."""
    return Call(evidence["source"], arguments, evidence["value"])


@dataclass(frozen=True, slots=True)
class SceneKind:
    """A way to make scenes; `weight`: how often, against the others."""

    weight: int
    make: Callable[[Random], Scene]
