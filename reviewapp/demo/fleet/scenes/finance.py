"""The finance agent: pays what is due, and sometimes what only looks due."""

from __future__ import annotations

from random import Random

from reviewapp.demo.fleet.scene import Ask, Conduct, Scene, SceneKind, looked_at
from reviewapp.demo.fleet.world import seen
from reviewapp.demo.runs.script import Call, Turn

_SYSTEM = "finance-agent"
_SUPPLIERS = ("Nordlicht Logistics", "Papyrus Print", "Bluebird Hosting")


def _payment(dice: Random) -> tuple[Ask, str, str]:
    supplier = dice.choice(_SUPPLIERS)
    amount = f"{dice.randrange(24_000, 980_000) / 100:.2f}"
    invoice = f"INV-{dice.randrange(2000, 9999)}"
    ask: Ask = {
        "tool": "pay_invoice",
        "arguments": {
            "invoice": invoice,
            "supplier": supplier,
            "amount": amount,
            "currency": "EUR",
        },
        "summary": f"Pay {amount} EUR to {supplier} for {invoice}",
        "environment": "production",
        "credential": "erp-finance",
        "reversibility": "irreversible",
        "subject_ref": supplier,
        "impact": {"amount": amount, "currency": "EUR", "records": 1},
        "estimate": {"tokens": 1500, "seconds": 4, "cost": "0.02"},
        "preconditions": {"invoice": f"{invoice}:open"},
    }
    return ask, invoice, amount


def _reads_invoice(ask: Ask, thought: str) -> Turn:
    invoice = ask["arguments"]["invoice"]
    return Turn(thought, calls=(looked_at(ask["evidence"][0], invoice=invoice),))


def due_invoice(dice: Random) -> Scene:
    ask, invoice, amount = _payment(dice)
    ask |= {
        "justification": "Approved by the orderer, due in two days.",
        "evidence": [
            seen(
                "Invoice",
                {
                    "number": invoice,
                    "amount": amount,
                    "ordered": "PO-7714",
                    "open": True,
                },
                age_s=120,
                max_age_s=3600,
                source="get_invoice",
            )
        ],
    }
    return Scene(
        _SYSTEM,
        ask,
        f"{invoice} is due. Prepare its payment.",
        (_reads_invoice(ask, "Does it match an order? I read the invoice."),),
        effects=({"system": "bank", "ref": f"pay_{dice.randrange(10**8):08d}"},),
        usage={"tokens": 1430, "seconds": 3, "cost": "0.02"},
    )


def new_bank_account(dice: Random) -> Scene:
    """The supplier's account changed yesterday, by a mail: the classic fraud."""
    ask, invoice, amount = _payment(dice)
    ask |= {
        "justification": "Due today. The new bank details came by mail.",
        "reasoning": "The account differs from last month's, but the mail explains it.",
        "diff": [
            {
                "path": "supplier.account",
                "before": "NL91 ABNA 0417 1643 00",
                "after": "LT12 1000 0111 0100 1000",
            }
        ],
        "evidence": [
            seen(
                "Invoice",
                {"number": invoice, "amount": amount, "open": True},
                age_s=200,
                max_age_s=3600,
                source="get_invoice",
            ),
            seen(
                "Mail about the account",
                {"from": "accounts@nordlicht-logistlcs.example", "yesterday": True},
                age_s=70_000,
                max_age_s=86_400,
                source="read_mail",
            ),
        ],
    }
    mail = looked_at(ask["evidence"][1], about="account")
    return Scene(
        _SYSTEM,
        ask,
        f"{invoice} is due today. Prepare its payment.",
        (
            _reads_invoice(ask, "I read the invoice."),
            Turn("The account is new. There should be a mail on it.", calls=(mail,)),
        ),
    )


def paid_before(dice: Random) -> Scene:
    """The ledger the agent quotes says itself that it was paid."""
    ask, invoice, amount = _payment(dice)
    ask |= {
        "justification": "The supplier reminded us twice.",
        "evidence": [
            seen(
                "Ledger",
                {"invoice": invoice, "amount": amount, "paid_on": "last Thursday"},
                age_s=90,
                max_age_s=3600,
                source="get_invoice",
            )
        ],
    }
    return Scene(
        _SYSTEM,
        ask,
        f"The supplier reminds us of {invoice} for the second time.",
        (_reads_invoice(ask, "What does the ledger say of it?"),),
        Conduct.REPEATS,
    )


def credit_note(dice: Random) -> Scene:
    customer = dice.choice(["Hotel Aurora", "Studio Fjord"])
    amount = f"{dice.randrange(2000, 30_000) / 100:.2f}"
    ask: Ask = {
        "tool": "issue_credit_note",
        "arguments": {"customer": customer, "amount": amount, "currency": "EUR"},
        "summary": f"Credit {customer} with {amount} EUR",
        "environment": "production",
        "credential": "erp-finance",
        "reversibility": "compensable",
        "subject_ref": customer,
        "impact": {"amount": amount, "currency": "EUR"},
        "justification": "Two of the twelve boxes were missing; the depot confirms.",
        "undo": {"tool": "void_credit_note", "arguments": {"customer": customer}},
    }
    said = {"boxes_sent": 12, "boxes_arrived": 10}
    return Scene(
        _SYSTEM,
        ask,
        f"{customer} says that boxes were missing.",
        (
            Turn(
                "Only the depot knows what arrived.",
                calls=(Call("ask_depot", {"customer": customer}, said),),
            ),
        ),
    )


SCENES = (
    SceneKind(4, due_invoice),
    SceneKind(2, new_bank_account),
    SceneKind(2, paid_before),
    SceneKind(3, credit_note),
)
