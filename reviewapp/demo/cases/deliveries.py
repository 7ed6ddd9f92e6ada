"""Two addresses, and the model keeps to itself why it took the one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from reviewapp.demo.cases.case import Case, iso, next_workday, spoken
from reviewapp.demo.runs.agents import SUPPORT_LARGE
from reviewapp.demo.runs.script import Call, Turn

_CUSTOMER = {
    "customer": "C-11806",
    "since": "2021-09-02",
    "language": "fr",
    "address": {"street": "14 rue Bonnel", "postcode": "69003", "city": "Lyon"},
    "address_confirmed": "2023-04-11",
    "orders": 7,
}


# Any: what tools answer is JSON.
def _order(started: datetime) -> dict[str, Any]:
    return {
        "number": "SO-48213",
        "goods": "bookshelf",
        "weight_kg": 38,
        "status": "packed",
        "warehouse": "Lyon-Est",
        "placed": (started - timedelta(minutes=20)).isoformat(timespec="seconds"),
        "ship_to": {
            "street": "9 rue des Frères",
            "postcode": "67000",
            "city": "Strasbourg",
        },
    }


def _windows(day: date) -> dict[str, Any]:
    return {
        "carrier": "own van, two people",
        "zone": "city",
        "windows": [
            {"date": iso(day), "from": "07:30", "to": "10:00"},
            {"date": iso(day), "from": "17:00", "to": "20:00"},
        ],
    }


def where_they_used_to_live(now: datetime) -> Case:
    started = now - timedelta(days=6, hours=4)
    tomorrow, email = next_workday(started.date()), "margot.delcourt@example.com"
    return Case(
        slug="address",
        agent=SUPPORT_LARGE,
        reference=email,
        conversation="chat-329977",
        started_at=started,
        complaint="I took the morning off, as your assistant promised me two people "
        "between half past seven and ten. Nobody came. Days later a parcel service "
        "left the shelf in the hall.",
        premise="The delivery was worked out for the old address in the customer's "
        "record (Lyon, confirmed in 2023), not for where the order goes (Strasbourg).",
        heard="Hello, I have just ordered the bookshelf, SO-48213. When exactly will "
        "it come, and will somebody carry it up? I live on the fourth floor and have "
        "to take time off.",
        turns=(
            Turn(
                "They need the day and the time, and whether it is carried up. I read "
                "the order and the customer's record.",
                calls=(
                    Call("get_order", {"order": "SO-48213"}, _order(started), 0.5),
                    Call("get_customer", {"email": email}, _CUSTOMER, 0.4),
                ),
            ),
            Turn(
                "The customer's address is in Lyon, postcode 69003, close to the "
                "warehouse. I ask for the windows there, with 38 kg.",
                calls=(
                    Call(
                        "get_delivery_windows",
                        {"postcode": "69003", "weight_kg": 38},
                        _windows(tomorrow),
                        1.1,
                    ),
                ),
            ),
            Turn(
                "Own van with two people, tomorrow morning or evening. They have to "
                "take time off, so the early window is the better one.",
                said=f"Good news: your bookshelf will be with you on {spoken(tomorrow)}"
                ", between 7:30 and 10:00. It does not go by parcel service: two of "
                "our own people bring it and carry it up to your door. You need only "
                "be there to let them in.",
            ),
        ),
    )
