"""What tokens and storage cost: without a table."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from traces.prices import PriceList, Tokens, cost_of, storage_cost

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Price:
    pattern: str = "*"
    from_date: date = date(2026, 1, 1)
    input: Decimal = Decimal(3)
    output: Decimal = Decimal(15)
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None


@dataclass(frozen=True)
class Gigabyte:
    from_date: date
    usd_per_gb_month: Decimal


@pytest.mark.parametrize(
    ("tokens", "price", "dollars"),
    [
        (Tokens(1_000_000, 0, 0, 0, 0), Price(), 3),
        (Tokens(0, 1_000_000, 0, 0, 0), Price(), 15),
        # Cached input is a part of the input, reasoning of the output.
        (Tokens(1_000_000, 0, 400_000, 0, 0), Price(cache_read=Decimal("0.5")), 2),
        (Tokens(1_000_000, 0, 0, 500_000, 0), Price(cache_write=Decimal(5)), 4),
        (Tokens(0, 1_000_000, 0, 0, 600_000), Price(reasoning=Decimal(10)), 12),
        (Tokens(1_000_000, 1_000_000, 300_000, 0, 300_000), Price(), 18),
        # More cached than read at all: what is told is charged, nothing is negative.
        (Tokens(0, 0, 1_000_000, 0, 0), Price(), 3),
        (Tokens(0, 0, 0, 0, 0), Price(), 0),
    ],
)
def test_what_tokens_cost(tokens, price, dollars):
    assert cost_of(tokens, price) == dollars


def test_the_pattern_that_says_most_wins_and_then_the_newest():
    general, family = Price("*"), Price("anthropic/claude-*")
    old = Price("anthropic/claude-sonnet-4-5", date(2026, 1, 1))
    new = Price("anthropic/claude-sonnet-4-5", date(2026, 6, 1))
    prices = PriceList([new, general, old, family])
    assert prices.of("Anthropic/Claude-Sonnet-4-5", DAY) is new
    assert prices.of("anthropic/claude-sonnet-4-5", date(2026, 5, 31)) is old
    assert prices.of("anthropic/claude-opus", DAY) is family
    assert prices.of("openai/gpt", DAY) is general


def test_a_price_of_tomorrow_holds_tomorrow():
    prices = PriceList([Price(from_date=date(2026, 11, 21))])
    assert prices.of("a/b", DAY) is None
    assert prices.of("a/b", date(2026, 11, 21)) is not None


def test_nobody_told_a_price():
    assert PriceList([Price("openai/*")]).of("anthropic/x", DAY) is None
    assert PriceList([]).storage_on(DAY) is None


def test_a_month_of_days_costs_a_month():
    days = [date(2026, 11, day) for day in range(1, 31)]
    costs = [storage_cost(2_000_000_000, day, Decimal("0.30")) for day in days]
    assert round(sum(costs), 12) == Decimal("0.60")


def test_the_newest_price_of_storage_holds_from_its_day():
    old = Gigabyte(date(2026, 1, 1), Decimal(1))
    new = Gigabyte(date(2026, 11, 20), Decimal(2))
    prices = PriceList([], [old, new])
    assert prices.storage_on(date(2026, 11, 19)) == 1
    assert prices.storage_on(DAY) == 2
