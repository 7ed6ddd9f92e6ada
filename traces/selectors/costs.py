"""What traces cost: bytes and money by system and kind, tokens by model, coverage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Max, Sum

from systems.models import System
from traces.models import (
    ModelPrice,
    RunReading,
    SpendReading,
    StoragePrice,
    StorageReading,
    Stratum,
)
from traces.months import Month, months_up_to
from traces.prices import PriceList, Tokens, cost_of, storage_cost
from traces.retention import Kept
from traces.selectors.keeping import shares_by_system

_TOKENS = Tokens._fields


@dataclass(frozen=True, slots=True)
class StorageLine:
    """One system: bytes by kind as last read, and what the month cost so far.

    `usd` is None while nobody has told what a gigabyte costs.
    """

    system: System
    sizes: list[tuple[Kept, int]]
    total: int
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class SpendLine:
    """One model in one system: tokens, and dollars where there is a price."""

    system: System
    model: str
    runs: int
    tokens: Tokens
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """One stratum: `kept` of `runs` keep their words; `shares` say with what chance."""

    stratum: Stratum
    runs: int
    kept: int
    shares: list[str] = field(default_factory=list)

    @property
    def percent(self) -> float | None:
        return 100 * self.kept / self.runs if self.runs else None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month of the trend; the last bytes read in it stand for it.

    `percent` is of the month with the most bytes.
    """

    month: Month
    size: int
    percent: int
    storage_usd: Decimal | None
    model_usd: Decimal | None
    runs: int


@dataclass(frozen=True, slots=True)
class Costs:
    """One month, whole. `read_at` is when bytes were last counted."""

    month: Month
    read_at: datetime | None
    storage: list[StorageLine]
    spend: list[SpendLine]
    coverage: list[Coverage]
    trend: list[MonthLine]
    told_usd: Decimal | None
    unpriced: list[str]

    @property
    def size(self) -> int:
        return sum(line.total for line in self.storage)

    @property
    def storage_usd(self) -> Decimal | None:
        return _sum(line.usd for line in self.storage)

    @property
    def model_usd(self) -> Decimal | None:
        return _sum(line.usd for line in self.spend)

    @property
    def with_finding(self) -> int:
        """Runs with a finding that keep their words: what the rest is kept for."""
        return sum(one.kept for one in self.coverage if one.stratum == Stratum.FINDING)

    @property
    def usd_per_finding(self) -> Decimal | None:
        """Storage of all runs, by each run kept with a finding (story 27)."""
        if self.storage_usd is None or not self.with_finding:
            return None
        return self.storage_usd / self.with_finding


def costs_of(month: Month, today: date) -> Costs:
    """Return a month's figures, from readings and prices alone."""
    prices = price_list()
    systems = System.objects.in_bulk()
    spend = _spend(month, prices, systems)
    runs = RunReading.objects.filter(day__range=(month.first, month.last))
    newest = StorageReading.objects.filter(day__lte=month.last).aggregate(
        at=Max("read_at")
    )
    return Costs(
        month=month,
        read_at=newest["at"],
        storage=_storage(month, prices, systems),
        spend=spend,
        coverage=_coverage(runs),
        trend=_trend(months_up_to(today), prices),
        told_usd=runs.aggregate(all=Sum("told_usd"))["all"],
        unpriced=sorted({line.model for line in spend if line.usd is None}),
    )


def price_list() -> PriceList:
    return PriceList(list(ModelPrice.objects.all()), list(StoragePrice.objects.all()))


def _storage(
    month: Month, prices: PriceList, systems: dict[UUID, System]
) -> list[StorageLine]:
    readings = StorageReading.objects.filter(day__range=(month.first, month.last))
    days = sorted({reading.day for reading in readings})
    latest: dict[UUID, dict[str, int]] = defaultdict(dict)
    usd: dict[UUID, list[Decimal | None]] = defaultdict(list)
    for reading in readings:
        usd[reading.system_id].append(_day_cost(reading, prices))
        if reading.day == days[-1]:
            latest[reading.system_id][reading.kind] = reading.size
    lines = [
        StorageLine(
            systems[pk],
            [(kind, sizes.get(kind, 0)) for kind in Kept],
            sum(sizes.values()),
            _sum(usd[pk]),
        )
        for pk, sizes in latest.items()
    ]
    return sorted(lines, key=lambda line: -line.total)


class _Stored(Protocol):
    day: date
    size: int


def _day_cost(reading: _Stored, prices: PriceList) -> Decimal | None:
    price = prices.storage_on(reading.day)
    return None if price is None else storage_cost(reading.size, reading.day, price)


def _spend(
    month: Month, prices: PriceList, systems: dict[UUID, System]
) -> list[SpendLine]:
    lines: dict[tuple[UUID, str], list[SpendReading]] = defaultdict(list)
    for reading in SpendReading.objects.filter(day__range=(month.first, month.last)):
        lines[reading.system_id, reading.model].append(reading)
    spent = [
        SpendLine(
            systems[system],
            model,
            sum(one.runs for one in readings),
            Tokens(*(sum(getattr(one, name) for one in readings) for name in _TOKENS)),
            _model_cost(readings, prices),
        )
        for (system, model), readings in lines.items()
    ]
    return sorted(spent, key=lambda line: (-(line.usd or 0), line.model))


# Any: readings of one system, or sums of all; each has a day, a model and tokens.
def _model_cost(readings: Iterable[Any], prices: PriceList) -> Decimal | None:
    """Each day at the price of that day; None if no day had one."""
    costs: list[Decimal | None] = []
    for one in readings:
        price = prices.of(one.model, one.day)
        tokens = Tokens(*(getattr(one, name) for name in _TOKENS))
        costs.append(cost_of(tokens, price) if price else None)
    return _sum(costs)


def _coverage(runs: Iterable[RunReading]) -> list[Coverage]:
    counted: dict[str, list[int]] = {one.value: [0, 0] for one in Stratum}
    systems = set()
    for reading in runs:
        counted[reading.stratum][0] += reading.runs
        counted[reading.stratum][1] += reading.kept
        systems.add(reading.system_id)
    return [
        Coverage(
            stratum,
            counted[stratum][0],
            counted[stratum][1],
            _shares(systems, stratum),
        )
        for stratum in Stratum
    ]


def _shares(systems: set[UUID], stratum: Stratum) -> list[str]:
    """What chance an ordinary run has now, where it is not certain."""
    if stratum != Stratum.ORDINARY:
        return []
    held = {pk: shares[-1] for pk, shares in shares_by_system().items()}
    return sorted({one.percent for pk, one in held.items() if pk in systems})


def _trend(months: Sequence[Month], prices: PriceList) -> list[MonthLine]:
    since = months[-1].first
    stored = _by_month(
        StorageReading.objects.filter(day__gte=since)
        .values("day")
        .annotate(size=Sum("size"))
        .values_list("day", "size", named=True)
    )
    spent = _by_month(
        SpendReading.objects.filter(day__gte=since)
        .values("day", "model")
        .annotate(**{name: Sum(name) for name in _TOKENS})
        .values_list("day", "model", *_TOKENS, named=True)
    )
    runs = _by_month(
        RunReading.objects.filter(day__gte=since)
        .values("day")
        .annotate(runs=Sum("runs"))
        .values_list("day", "runs", named=True)
    )
    sizes = {
        month: max(days, key=lambda one: one.day).size for month, days in stored.items()
    }
    most = max(sizes.values(), default=0)
    return [
        MonthLine(
            month,
            sizes.get(month, 0),
            100 * sizes.get(month, 0) // most if most else 0,
            _sum(_day_cost(one, prices) for one in stored[month]),
            _model_cost(spent[month], prices),
            sum(one.runs for one in runs[month]),
        )
        for month in months
    ]


# Any: rows of several queries, each with a day.
def _by_month(rows: Iterable[Any]) -> dict[Month, list[Any]]:
    months: dict[Month, list[Any]] = defaultdict(list)
    for row in rows:
        months[Month.of(row.day)].append(row)
    return months


def _sum(parts: Iterable[Decimal | None]) -> Decimal | None:
    """Add what is known; None if nothing is."""
    known = [part for part in parts if part is not None]
    return sum(known, Decimal()) if known else None
