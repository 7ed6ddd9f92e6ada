"""What apps call their things: told to the ground floor, which knows only ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Names:
    """How ids of one noun are shown, and found again by what a person types."""

    of: Callable[[Collection[UUID]], Mapping[UUID, str]]
    find: Callable[[str], UUID | None]


_registered: dict[str, Names] = {}


def register_names(noun: str, names: Names) -> None:
    """Called by the app that owns the noun, when it is ready."""
    _registered[noun] = names


def names_of(noun: str) -> Names:
    """Return what was registered. Raises KeyError: the app is not installed."""
    return _registered[noun]
