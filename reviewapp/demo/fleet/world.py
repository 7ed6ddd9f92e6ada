"""An invented world for the agents to act in. Nobody in it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

_CUSTOMERS = (
    ("Mara Lindholm", "mara.lindholm@example.com"),
    ("Jonas Petrov", "jonas.petrov@example.com"),
    ("Aisha Rahman", "aisha.rahman@example.com"),
    ("Diego Fuentes", "diego.fuentes@example.com"),
    ("Keiko Mori", "keiko.mori@example.com"),
    ("Noah Adeyemi", "noah.adeyemi@example.com"),
)
_GOODS = ("desk lamp", "rain jacket", "espresso set", "trail shoes", "bookshelf")


@dataclass(frozen=True, slots=True)
class Order:
    number: str
    customer: str
    email: str
    goods: str
    total: str


def some_order(dice: Random) -> Order:
    name, email = dice.choice(_CUSTOMERS)
    total = f"{dice.randrange(1490, 18990) / 100:.2f}"
    number = f"SO-{dice.randrange(10_000, 99_999)}"
    return Order(number, name, email, dice.choice(_GOODS), total)


# Any: evidence values are JSON.
def seen(name: str, value: Any, *, age_s: int, max_age_s: int, source: str) -> Any:
    """A fact as evidence: what was seen, how long ago, how long it may be believed."""
    return {
        "name": name,
        "value": value,
        "observed_at": (datetime.now(UTC) - timedelta(seconds=age_s)).isoformat(),
        "max_age_s": max_age_s,
        "source": source,
    }
