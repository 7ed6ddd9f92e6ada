"""A record that was true last month."""

from __future__ import annotations

from datetime import datetime, timedelta

from reviewapp.demo.cases.case import Case, days, iso, spoken
from reviewapp.demo.runs.agents import SUPPORT
from reviewapp.demo.runs.script import Call, Turn


def plan_as_it_was(now: datetime) -> Case:
    renews, email = days(now, 10), "jonas.brekke@example.com"
    subscription = {
        "subscription": "SUB-8841",
        "plan": "Team",
        "billing": "monthly",
        "price": "14.90",
        "currency": "EUR",
        "renews_on": iso(renews),
        "notice": "until the day before it renews",
        "served_from": "cache",
        "as_of": f"{iso(days(now, -22))}T06:00:00Z",
    }
    invoices = [
        {"date": iso(days(now, -81)), "amount": "14.90", "text": "SUB-8841 Team"},
        {"date": iso(days(now, -51)), "amount": "14.90", "text": "SUB-8841 Team"},
        {"date": iso(days(now, -17)), "amount": "143.04", "text": "SUB-8841 Team"},
    ]
    return Case(
        slug="subscription",
        agent=SUPPORT,
        reference=email,
        conversation="chat-330764",
        started_at=now - timedelta(days=1, hours=6),
        complaint="I cancelled, as your assistant said that nothing more would be lost "
        "or charged. Now I hear that I am bound for almost a year, and get nothing "
        "back.",
        premise="The subscription was read from a cache three weeks old, from before "
        "the customer changed to yearly billing; the invoice of 143.04 shows the "
        "change and was explained away.",
        heard="Hi, I am thinking of stopping my subscription. Until when do I have to "
        "say so, so that I am not charged again? Jonas",
        turns=(
            Turn(
                "They ask for the last day to give notice. I need the subscription, "
                "and the invoices, to see that nothing is open.",
                calls=(
                    Call("get_subscription", {"email": email}, subscription, 0.1),
                    Call("list_invoices", {"email": email}, invoices, 0.7),
                ),
            ),
            Turn(
                f"The record says Team, monthly, next renewal on {spoken(renews)}, "
                "notice until the day before. The last invoice does not look like a "
                "month: 143.04. It has the same text, so perhaps further seats, or a "
                "correction. Billing goes by the subscription, so the record is what "
                "counts here and I need not go into the invoice. Nothing is open.",
                said=f"Hi Jonas,\n\nyou can stop until {spoken(days(now, 9))}. The "
                f"subscription then ends on {spoken(renews)}, and nothing more is "
                "charged. There are no open invoices, so you lose nothing by it. You "
                "find the button under Account, Subscription, Stop.",
            ),
        ),
    )
