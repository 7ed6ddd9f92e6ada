"""A human pace: often enough to find life, slow enough to keep up with."""

from __future__ import annotations

from random import Random

from reviewapp.demo.fleet.scene import Scene
from reviewapp.demo.fleet.scenes import ALL

# Few enough that a visitor sees the end of the list, enough that none is bored.
MOST_WAITING = 14
FIRST_BURST = 8
_PAUSE_S = (12.0, 35.0)


def next_scene(dice: Random) -> Scene:
    weights = [kind.weight for kind in ALL]
    return dice.choices(ALL, weights)[0].make(dice)


def pause_s(started: int, waiting: int, dice: Random) -> float | None:
    """Seconds until the next scene; None: enough are waiting for people already."""
    if waiting >= MOST_WAITING:
        return None
    return dice.uniform(0.2, 1.0) if started < FIRST_BURST else dice.uniform(*_PAUSE_S)
