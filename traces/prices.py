"""What tokens and storage cost, by dated rows that an owner edits. Pure.

Prices are in US dollars: per million tokens, and per gigabyte and month. Which row
holds: among those from that day or before whose pattern fits the model, the pattern
that says most, and of that the newest.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Final, NamedTuple, Protocol

MILLION: Final = Decimal(1_000_000)
GIGABYTE: Final = Decimal(1_000_000_000)


class Tokens(NamedTuple):
    """`input` counts those of the cache, `output` those of reasoning."""

    input: int
    output: int
    cache_read: int
    cache_write: int
    reasoning: int


class Priced(Protocol):
    """A price row. What is None costs what plain input or output costs."""

    @property
    def pattern(self) -> str: ...
    @property
    def from_date(self) -> date: ...
    @property
    def input(self) -> Decimal: ...
    @property
    def output(self) -> Decimal: ...
    @property
    def cache_read(self) -> Decimal | None: ...
    @property
    def cache_write(self) -> Decimal | None: ...
    @property
    def reasoning(self) -> Decimal | None: ...


class StoragePriced(Protocol):
    @property
    def from_date(self) -> date: ...
    @property
    def usd_per_gb_month(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class PriceList:
    """All rows there are; `of` finds the one that holds."""

    rows: Sequence[Priced]
    storage: Sequence[StoragePriced] = ()

    def of(self, model: str, day: date) -> Priced | None:
        """Return the price of `provider/model` on a day; None if nobody told one."""
        name = model.lower()
        fitting = [
            row
            for row in self.rows
            if row.from_date <= day and fnmatchcase(name, row.pattern.lower())
        ]
        return max(fitting, key=_how_well, default=None)

    def storage_on(self, day: date) -> Decimal | None:
        """Return the price of a gigabyte and month on a day; None if none was told."""
        told = [row for row in self.storage if row.from_date <= day]
        newest = max(told, key=lambda row: row.from_date, default=None)
        return newest.usd_per_gb_month if newest else None


def cost_of(tokens: Tokens, price: Priced) -> Decimal:
    """Return dollars. What is told inconsistently (more cached than read) costs as told
    in its parts, never less than nothing."""
    plain_in = max(tokens.input - tokens.cache_read - tokens.cache_write, 0)
    plain_out = max(tokens.output - tokens.reasoning, 0)
    parts = (
        (plain_in, price.input),
        (tokens.cache_read, _or(price.cache_read, price.input)),
        (tokens.cache_write, _or(price.cache_write, price.input)),
        (plain_out, price.output),
        (tokens.reasoning, _or(price.reasoning, price.output)),
    )
    return sum((count * each for count, each in parts), Decimal()) / MILLION


def storage_cost(size: int, day: date, usd_per_gb_month: Decimal) -> Decimal:
    """Return what keeping so many bytes costs on one day."""
    days = calendar.monthrange(day.year, day.month)[1]
    return size / GIGABYTE * usd_per_gb_month / days


def _how_well(row: Priced) -> tuple[int, date]:
    """A pattern says as much as it has letters that are no wildcards."""
    return len(row.pattern.replace("*", "").replace("?", "")), row.from_date


def _or(price: Decimal | None, otherwise: Decimal) -> Decimal:
    return otherwise if price is None else price
