"""A ticket there and back may be two fares."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from reviewapp.demo.cases.case import Case, days, iso
from reviewapp.demo.runs.agents import AIRLINE
from reviewapp.demo.runs.script import Call, Turn

_RULES = {
    "fare_basis": "KFLEX2",
    "name": "Economy Flex",
    "change": "free of charge",
    "refund": "before departure, less 60.00 for each ticket",
    "combined": "Where fares are combined, the conditions of the most restrictive "
    "one apply to the whole ticket.",
}


# Any: what tools answer is JSON.
def _booking(now: datetime) -> dict[str, Any]:
    return {
        "code": "ZKQPLT",
        "passengers": 1,
        "paid": "412.60",
        "currency": "EUR",
        "segments": [
            {
                "flight": "HL 214",
                "from": "HAM",
                "to": "LIS",
                "date": iso(days(now, 16)),
                "cabin": "economy",
                "fare_basis": "KFLEX2",
            },
            {
                "flight": "HL 219",
                "from": "LIS",
                "to": "HAM",
                "date": iso(days(now, 23)),
                "cabin": "economy",
                "fare_basis": "OLITE1",
            },
        ],
        "bags": 1,
    }


def rules_of_half_the_ticket(now: datetime) -> Case:
    return Case(
        slug="fare",
        agent=AIRLINE,
        reference="tola.okonjo@example.com",
        conversation="chat-771203",
        started_at=now - timedelta(days=4, hours=1),
        complaint="I cancelled because your assistant told me that I would get 352.60 "
        "back. 38.20 have arrived, and your colleague says that this is all.",
        premise="The rules of the outbound fare (KFLEX2) were taken for the whole "
        "ticket. The return flight was booked in OLITE1, and the stricter fare rules.",
        heard="My mother is ill and I can not fly. If I cancel ZKQPLT today, how much "
        "do I get back?",
        turns=(
            Turn(
                "They want to cancel and ask what is paid back. First the booking.",
                calls=(
                    Call("get_reservation", {"code": "ZKQPLT"}, _booking(now), 0.8),
                ),
            ),
            Turn(
                "One passenger, 412.60 paid, two segments, economy both ways. What is "
                "paid back goes by the fare. The fare basis is KFLEX2, that is a Flex "
                "fare. I read its rules before I promise anything.",
                calls=(Call("get_fare_rules", {"fare_basis": "KFLEX2"}, _RULES, 0.5),),
            ),
            Turn(
                "Flex: paid back before departure, less 60.00 a ticket. One ticket: "
                "412.60 - 60.00 = 352.60. There is a sentence on combined fares; the "
                "cabin is economy in both directions, so nothing is combined here. The "
                "customer has asked only for the amount, so I do not cancel yet.",
                said="I am sorry to hear that, and wish your mother well.\n\nIf you "
                "cancel before departure you get 352.60 EUR back: the 412.60 that you "
                "paid, less a fee of 60.00. It goes to the card that you paid with, "
                "within seven working days. Shall I cancel the booking for you, or do "
                "you want to do it yourself on our site?",
            ),
        ),
    )
