"""The support agent: mostly right, sometimes by a factor of ten."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from reviewapp.demo.fleet.scene import Ask, Conduct, Scene, SceneKind, looked_at
from reviewapp.demo.fleet.world import Order, seen, some_order
from reviewapp.demo.runs.script import Call, Turn

_SYSTEM = "support-agent"


def _about(order: Order, dice: Random) -> Ask:
    return {
        "environment": "production",
        "credential": "support-prod",
        "subject_ref": order.email,
        "conversation_id": f"chat-{dice.randrange(10**6):06d}",
        "on_behalf_of": order.email,
    }


def _refund(order: Order, amount: str, dice: Random, *, age_s: int = 40) -> Ask:
    return _about(order, dice) | {
        "tool": "refund_order",
        "arguments": {"order": order.number, "amount": amount, "currency": "EUR"},
        "summary": f"Refund {amount} EUR to {order.customer} for {order.goods}",
        "reversibility": "compensable",
        "impact": {"amount": amount, "currency": "EUR", "records": 1},
        "undo": {"tool": "charge_order", "arguments": {"order": order.number}},
        "evidence": [
            seen(
                "Order",
                {
                    "number": order.number,
                    "total": order.total,
                    "paid": True,
                    "delivered": "damaged on arrival",
                },
                age_s=age_s,
                max_age_s=3600,
                source="get_order",
            )
        ],
        "preconditions": {"order": f"{order.number}:paid:{order.total}"},
        "estimate": {"tokens": 900, "seconds": 3, "cost": "0.01"},
    }


def _reads_order(order: Order, ask: Ask, thought: str) -> Turn:
    return Turn(thought, calls=(looked_at(ask["evidence"][0], order=order.number),))


def _reads_terms(topic: str, text: str) -> Turn:
    thought = f"Now what our terms say of {topic}."
    return Turn(thought, calls=(Call("read_terms", {"topic": topic}, {"text": text}),))


def right_refund(dice: Random) -> Scene:
    order = some_order(dice)
    ask = _refund(order, order.total, dice) | {
        "justification": f"{order.customer} sent a photo: the {order.goods} arrived "
        "damaged. Our terms give the full price back within 30 days.",
        "reasoning": "The photo shows the damage. The order is 6 days old, so the "
        "30-day rule applies and the whole amount is due.",
    }
    return Scene(
        _SYSTEM,
        ask,
        f"The {order.goods} of my order {order.number} came broken, see the photo. I "
        "want my money back.",
        (
            _reads_order(order, ask, "They complain of damage. I look the order up."),
            _reads_terms(
                "damage", "Damaged on arrival: the full price back within 30 days."
            ),
        ),
        effects=({"system": "payments", "ref": f"re_{dice.randrange(10**9):09d}"},),
        result="Refunded {amount} {currency}.",
        usage={"tokens": 870, "seconds": 2, "cost": "0.01"},
    )


def refund_ten_times_too_high(dice: Random) -> Scene:
    """The decimal point slipped: the evidence says one thing, the arguments another."""
    order = some_order(dice)
    amount = f"{float(order.total) * 10:.2f}"
    ask = _refund(order, amount, dice) | {
        "justification": f"{order.customer} asks for their money back.",
        "reasoning": f"The order's total is {order.total.replace('.', '')}0, so I "
        "refund that.",
    }
    return Scene(
        _SYSTEM,
        ask,
        f"Please refund my order {order.number}, it never worked.",
        (_reads_order(order, ask, "How much was it? I read the order."),),
    )


def refund_on_old_facts(dice: Random) -> Scene:
    """The order was read forty minutes ago; the tool's limit is five."""
    order = some_order(dice)
    ask = _refund(order, order.total, dice, age_s=2400) | {
        "justification": f"{order.customer} wrote again about the {order.goods}.",
    }
    return Scene(
        _SYSTEM,
        ask,
        f"Any news about the {order.goods}? You said I would get my money.",
        (Turn("I read the order in the last chat; that need not be done again."),),
    )


def cancel_for_the_wrong_customer(dice: Random) -> Scene:
    """Two people of one name: the subscription belongs to the other."""
    order = some_order(dice)
    number = f"SUB-{dice.randrange(1000, 9999)}"
    ask = _about(order, dice) | {
        "tool": "cancel_subscription",
        "arguments": {"subscription": number, "reason": "customer request"},
        "summary": f"Cancel subscription {number} of {order.customer}",
        "reversibility": "irreversible",
        "impact": {"records": 1},
        "justification": f"{order.customer} wants to leave.",
        "reasoning": f"Searching for the name gave two hits; I take {number}.",
        "evidence": [
            seen(
                "Subscription",
                {
                    "number": number,
                    "holder": order.customer,
                    "email": "another@example.com",
                },
                age_s=60,
                max_age_s=3600,
                source="search_subscriptions",
            ),
            seen(
                "Chat",
                {"from": order.email},
                age_s=90,
                max_age_s=3600,
                source="chat",
            ),
        ],
    }
    hits = [
        ask["evidence"][0]["value"],
        {"number": "SUB-1207", "holder": order.customer},
    ]
    return Scene(
        _SYSTEM,
        ask,
        f"This is {order.customer}. I want to leave, please end my subscription.",
        (
            Turn(
                f"They name no number. I search for {order.customer}.",
                calls=(Call("search_subscriptions", {"name": order.customer}, hits),),
            ),
        ),
    )


def new_address(dice: Random) -> Scene:
    order = some_order(dice)
    street = f"{dice.randrange(1, 90)} Harbour Street"
    ask = _about(order, dice) | {
        "tool": "change_address",
        "arguments": {"customer": order.email, "street": street, "city": "Utrecht"},
        "summary": f"Deliver to {order.customer} at {street}, Utrecht from now on",
        "reversibility": "reversible",
        "diff": [
            {"path": "street", "before": "4 Mill Lane", "after": street},
            {"path": "city", "before": "Leiden", "after": "Utrecht"},
        ],
        "justification": "They moved last week and confirmed by e-mail code.",
        "undo": {
            "tool": "change_address",
            "arguments": {
                "customer": order.email,
                "street": "4 Mill Lane",
                "city": "Leiden",
            },
        },
    }
    conduct = dice.choice([Conduct.WELL, Conduct.WELL, Conduct.WITHDRAWS])
    record = {"email": order.email, "street": "4 Mill Lane", "city": "Leiden"}
    return Scene(
        _SYSTEM,
        ask,
        f"I have moved to {street}, Utrecht. The code you sent me is 4471.",
        (
            Turn(
                "The code is right. I read what we have on record.",
                calls=(Call("get_customer", {"email": order.email}, record),),
            ),
        ),
        conduct,
    )


def refund_while_the_customer_pays_again(dice: Random) -> Scene:
    return replace(right_refund(dice), conduct=Conduct.MOVES_ON)


SCENES = (
    SceneKind(5, right_refund),
    SceneKind(2, refund_ten_times_too_high),
    SceneKind(2, refund_on_old_facts),
    SceneKind(2, cancel_for_the_wrong_customer),
    SceneKind(3, new_address),
    SceneKind(1, refund_while_the_customer_pays_again),
)
