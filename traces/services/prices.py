"""Prices: a new one is a new dated row, and what was told before stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Invalid
from traces.models import ModelPrice, StoragePrice


@dataclass(frozen=True, slots=True)
class TokenPrices:
    """Dollars per million tokens; None costs what plain input or output costs."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None
    reasoning: Decimal | None = None


@transaction.atomic
def set_model_price(
    pattern: str, prices: TokenPrices, *, from_date: date, person: User, actor: Actor
) -> ModelPrice:
    """Say what a model's tokens cost from a day on. Raises Invalid by field.

    `pattern` fits "provider/model", with * for any letters, whatever their case.
    """
    row = ModelPrice(
        pattern=pattern.strip(),
        input=prices.input,
        output=prices.output,
        cache_read=prices.cache_read,
        cache_write=prices.cache_write,
        reasoning=prices.reasoning,
        from_date=from_date,
        set_by=person,
        set_at=timezone.now(),
    )
    _insert(row, "There is a price of this pattern from this day on.")
    facts = {
        "pattern": row.pattern,
        "from": from_date.isoformat(),
        "input": str(prices.input),
        "output": str(prices.output),
    }
    record_event("price.set", row, actor=actor, facts=facts)
    return row


@transaction.atomic
def set_storage_price(
    usd_per_gb_month: Decimal, *, from_date: date, person: User, actor: Actor
) -> StoragePrice:
    """Say what a gigabyte costs a month, from a day on. Raises Invalid."""
    row = StoragePrice(
        usd_per_gb_month=usd_per_gb_month,
        from_date=from_date,
        set_by=person,
        set_at=timezone.now(),
    )
    _insert(row, "There is a price from this day on.")
    facts = {"usd_per_gb_month": str(usd_per_gb_month), "from": from_date.isoformat()}
    record_event("price.set", row, actor=actor, facts=facts)
    return row


def _insert(row: ModelPrice | StoragePrice, problem: str) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid({"from_date": [problem]}) from None
