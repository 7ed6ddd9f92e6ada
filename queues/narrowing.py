"""What a reviewer narrows their work to, as it stands in the address. Pure.

The filter of the list goes along to the card, to the next request and back: in the
address and not in the session, so that two tabs may work on two things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

_SLUG = re.compile(r"[-\w]{1,100}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Slugs and values; empty means any."""

    queue: str = ""
    environment: str = ""
    risk_class: str = ""
    system: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read an address; what cannot be a value is ignored, as in the list."""
        given = {name: query.get(name, "") for name in _LOOKUPS}
        return cls(**{n: value for n, value in given.items() if _SLUG.match(value)})

    @property
    def _given(self) -> dict[str, str]:
        named = {name: getattr(self, name) for name in _LOOKUPS}
        return {name: value for name, value in named.items() if value}

    @property
    def is_narrow(self) -> bool:
        return bool(self._given)

    @property
    def lookups(self) -> dict[str, str]:
        """The same as a filter of requests."""
        return {_LOOKUPS[name]: value for name, value in self._given.items()}

    @property
    def query(self) -> str:
        """The same as an address has it, with its question mark; empty for any."""
        return f"?{urlencode(self._given)}" if self._given else ""

    @property
    def words(self) -> str:
        return ", ".join(value.replace("_", " ") for value in self._given.values())


_LOOKUPS = {
    "queue": "queue__slug",
    "environment": "environment",
    "risk_class": "risk_class",
    "system": "system__slug",
}
ANYTHING = Narrowing()
