"""What an explanation for a customer is made of. Pure.

An explanation tells what was asked and answered, what the run looked up and what it
did. It never tells the reasoning: a model's account of itself is no proof of why it
acted, and a customer would take it for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from traces.spans import WordClass

LONGEST: Final = 20_000
# Stands in every draft where a person has to write; no text with it is submitted.
TO_WRITE: Final = "[Say here what was right or wrong about it, and what happens now.]"
TOLD: Final = frozenset({WordClass.DIALOGUE, WordClass.TOOLS})
_LONGEST_VALUE = 300
_FEW = 4


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was looked up or done, in plain words.

    `state` is done, failed, open or announced; `age` says how old a result was when the
    answer was given, and `limit` is set where that was too old.
    """

    name: str
    given: str
    came: str
    state: str
    age: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """All that a draft is composed of; masked, and without reasoning."""

    assistant: str
    at: datetime
    asked: Sequence[str]
    said: Sequence[str]
    looked_up: Sequence[Deed]
    more_looked_up: int
    done: Sequence[Deed]
    more_done: int


def plainly(text: str) -> str:
    """Return arguments or a result in one line: names and values, the rest counted."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _cut(" ".join(text.split()))
    return _cut(_told(value))


# Any: what a model or tool wrote is JSON.
def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_within(one)}" for name, one in value.items())
    return _within(value)


def _within(value: Any) -> str:
    if isinstance(value, list):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    if isinstance(value, dict):
        return f"({_told(value)})" if len(value) <= _FEW else f"{len(value)} fields"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE].rstrip()}…"
