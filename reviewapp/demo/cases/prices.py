"""A hundred is not a hundred."""

from __future__ import annotations

from datetime import datetime, timedelta

from reviewapp.demo.cases.case import Case, days, iso
from reviewapp.demo.runs.agents import SUPPORT
from reviewapp.demo.runs.script import Call, Turn


def two_currencies(now: datetime) -> Case:
    order = {
        "number": "SO-47790",
        "goods": "espresso set",
        "sku": "ESP-210",
        "total": "189.00",
        "currency": "CHF",
        "store": "ch",
        "placed": iso(days(now, -12)),
        "status": "delivered",
        "ship_to": {"postcode": "4051", "city": "Basel"},
    }
    price = {
        "sku": "ESP-210",
        "store": "default",
        "price": "169.00",
        "currency": "EUR",
        "unchanged_since": iso(days(now, -140)),
    }
    terms = {
        "topic": "price promise",
        "text": "If the price of the same article falls in the same store within 14 "
        "days of the order, we pay the difference back on request.",
    }
    return Case(
        slug="currency",
        agent=SUPPORT,
        reference="urs.staehelin@example.com",
        conversation="chat-330231",
        started_at=now - timedelta(days=3, hours=2),
        complaint="First I am promised 20 francs, then your colleague says that the "
        "price was never lowered and that I get nothing. What is true?",
        premise="189.00 Swiss francs that were paid were compared with 169.00 euros, "
        "the price of another store, as if both were francs.",
        heard="Good evening, nine days ago I ordered the espresso set (SO-47790). A "
        "friend sees it cheaper now. You have a price promise, what do I get back?",
        turns=(
            Turn(
                "A case for the price promise, perhaps. I need what was paid, what the "
                "set costs today, and what the promise says.",
                calls=(
                    Call("get_order", {"order": "SO-47790"}, order, 0.5),
                    Call("get_price", {"sku": "ESP-210"}, price, 0.3),
                    Call("read_terms", {"topic": "price promise"}, terms, 0.2),
                ),
            ),
            Turn(
                "Paid: 189.00. Price today: 169.00. The order is nine days old, so it "
                "is within the fourteen days, and it is the same article. The customer "
                "shops in Basel and pays in francs, so the difference is 20.00 francs. "
                "To pay it out I need their word that the card is still valid.",
                said="Good evening Mr Staehelin,\n\nyou are right: the order is within "
                "the 14 days of our price promise, and the set costs less today. The "
                "difference is 20.00 francs. If the card that you paid with is still "
                "valid, please tell me so, and I will have the amount paid back to "
                "it.",
            ),
        ),
    )
