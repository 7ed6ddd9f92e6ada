"""Plots drawn by the server: bars over time, as the geometry of an SVG. Pure.

Every plot stands beside its numbers in a table; it needs no script and no style of its
own (static/css/plots.css gives the kinds their colours).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

WIDTH, HEIGHT = 720, 180
# What the labels beside and below the bars take.
LEFT, FLOOR, _TOP = 40, HEIGHT - 26, 16
# Of the room of a group, what stays free between it and the next.
_GAP = 0.25
_MOST_LABELS = 12
_WIDEST = 24
_POWERS: tuple[int, ...] = tuple(10**digits for digits in range(19))


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, in the units of the plot; `said` is what it tells on its own."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    said: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A label, and how far right or down it stands."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars with their scale: `levels` beside them, `moments` below.

    `keys`: the kinds of bar and what each is called; one kind needs no key.
    """

    keys: Sequence[tuple[str, str]]
    bars: Sequence[Bar]
    levels: Sequence[Tick]
    moments: Sequence[Tick]


def bars_of(labels: Sequence[str], series: Mapping[str, Sequence[int]]) -> Plot:
    """Return groups of bars, one a label; `series` by kind, each as long as `labels`.

    Raises ValueError where one is not.
    """
    top = top_of(
        max((value for values in series.values() for value in values), default=0)
    )
    room = (WIDTH - LEFT) / max(1, len(labels))
    width = min(_WIDEST, room * (1 - _GAP) / max(1, len(series)))
    before = (room - width * len(series)) / 2
    bars = [
        Bar(
            kind,
            x=_round(LEFT + room * place + before + width * row),
            y=_height_of(value, top),
            width=_round(width),
            height=_round(FLOOR - _height_of(value, top)),
            said=f"{label}: {value} {_words_of(kind)}",
        )
        for row, (kind, values) in enumerate(series.items())
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
        if value
    ]
    keys = [(kind, _words_of(kind)) for kind in series] if len(series) > 1 else []
    return Plot(keys, bars, list(_levels(top)), list(_moments(labels, room)))


def _words_of(kind: str) -> str:
    return kind.replace("_", " ")


def top_of(highest: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, 50, … that nothing stands above."""
    steps = (digit * power for power, digit in product(_POWERS, (1, 2, 5)))
    return next(step for step in steps if step >= highest)


def _levels(top: int) -> Iterator[Tick]:
    """Whole numbers only: there is no half of a request."""
    parts = next(parts for parts in (5, 4, 2, 1) if top % parts == 0)
    for part in range(parts + 1):
        level = top * part // parts
        yield Tick(_height_of(level, top), str(level))


def _moments(labels: Sequence[str], room: float) -> Iterator[Tick]:
    """Every label, or every second, third, … of too many."""
    every = -(-len(labels) // _MOST_LABELS)
    for place, label in enumerate(labels):
        if place % every == 0:
            yield Tick(_round(LEFT + room * (place + 0.5)), label)


def _height_of(value: int, top: int) -> float:
    return _round(FLOOR - (FLOOR - _TOP) * value / top)


def _round(length: float) -> float:
    return round(length, 1)
