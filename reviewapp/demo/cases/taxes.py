"""A country is not one place to every tax office."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reviewapp.demo.cases.case import Case, days, iso
from reviewapp.demo.runs.agents import SUPPORT
from reviewapp.demo.runs.script import Call, Turn

_CUSTOMER = {
    "customer": "C-20417",
    "kind": "private",
    "country": "ES",
    "postcode": "35007",
    "city": "Las Palmas",
    "since": "2022-05-17",
    "vat_number": None,
}


_RATE = {"country": "ES", "category": "digital", "rate": "21 %", "kind": "standard"}


# Any: what tools answer is JSON.
def _invoice(now: datetime) -> dict[str, Any]:
    return {
        "number": "R-11873",
        "date": iso(days(now, -16)),
        "item": "Studio Pro, 1 year, download",
        "net": "239.00",
        "tax_rate": "21 %",
        "tax": "50.19",
        "total": "289.19",
        "currency": "EUR",
        "vat_number": None,
    }


def island_taxed_as_mainland(now: datetime) -> Case:
    return Case(
        slug="tax",
        agent=SUPPORT,
        reference="ines.aldana@example.com",
        conversation="chat-330518",
        started_at=now - timedelta(days=2, hours=3),
        complaint="Your assistant says that the tax on my invoice is right and will not"
        " correct it. My accountant says that I do not owe it at all.",
        premise="All of Spain was taken for one VAT territory, by the country code."
        " Las Palmas is in the Canary Islands, where Spanish VAT is not charged.",
        heard="Hello, invoice R-11873 for the yearly Pro licence shows 50.19 of tax. "
        "My accountant says that this is not right for me. Can you correct it? Thank "
        "you, Inés",
        turns=(
            Turn(
                "The customer disputes the tax on an invoice. I need the invoice, and "
                "their record, to see which rate should have been used.",
                calls=(
                    Call("get_invoice", {"number": "R-11873"}, _invoice(now), 0.6),
                    Call(
                        "get_customer",
                        {"email": "ines.aldana@example.com"},
                        _CUSTOMER,
                        0.5,
                    ),
                ),
            ),
            Turn(
                "A download for a private customer is taxed where the customer lives, "
                "not where we are. The record says ES and there is no VAT number, so "
                "reverse charge is out. Tax goes by country; postcode and city only "
                "matter for shipping. I look the Spanish rate for digital goods up.",
                calls=(
                    Call(
                        "get_tax_rate",
                        {"country": "ES", "category": "digital"},
                        _RATE,
                        0.3,
                    ),
                ),
            ),
            Turn(
                "21 % is the rate for ES and the invoice used 21 %; 21 % of 239.00 is "
                "50.19, so the amount is right too. The accountant may have thought of "
                "reverse charge, which takes a VAT number. I offer to add one.",
                said="Dear Inés,\n\nI have checked invoice R-11873. Downloads for "
                "private customers are taxed at the rate of the place where the "
                "customer lives, and that is how your invoice was made out; the amount "
                "is calculated correctly as well. I can therefore not take the tax "
                "off.\n\nIf you bought the licence for a company, send me its VAT "
                "number: then I will have a new invoice made out without tax.",
            ),
        ),
    )
