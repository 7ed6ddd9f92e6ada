"""What the agents ask in the afternoon: the requests worth a picture."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import time_machine
from django.utils import timezone

from docs.screenshots.crowd import ask_the_rest
from docs.screenshots.stage import Stage, seen
from queues.models import ActionRequest
from queues.services.notes import add_note
from queues.services.preconditions import refresh_preconditions
from queues.submissions import Fingerprint
from reviewapp.core.actors import Actor

_MINUTE = timedelta(minutes=1)


def ask_the_afternoon(
    stage: Stage,
) -> tuple[ActionRequest, ActionRequest, ActionRequest]:
    critical = _ask_to_delete(stage)
    refund = _ask_for_refund(stage)
    edited = _ask_for_flights(stage)
    ask_the_rest(stage)
    return critical, refund, edited


def _ask_to_delete(stage: Stage) -> ActionRequest:
    ask = stage.ask(
        "ops-agent",
        minutes_ago=21,
        tool="bookings.delete_rows",
        arguments={
            "database": "bookings-prod-eu1",
            "table": "reservations",
            "where": "created_at < '2019-01-01' AND status = 'closed'",
            "limit": 1_204,
            "dry_run": False,
        },
        summary="Delete 1,204 closed reservations older than 2019 from bookings",
        environment="staging",
        credential="bookings-rw",
        reversibility="irreversible",
        run_id="nightly-cleanup-8841",
        trace_id="9f2c4be17a6d4f0d8e1b5c3aa1d07e42",
        on_behalf_of="platform-oncall@example.org",
        justification=(
            "The storage alarm of `bookings-prod-eu1` fired: **91 %** used.\n\n"
            "Rows older than 2019 are not read by any report I know of:\n\n"
            "- the revenue reports start at 2020\n"
            "- the data warehouse has its own copy\n\n"
            "Deleting them frees about 38 GB."
        ),
        reasoning=(
            "The runbook asks for a ticket before deleting. There is none, but the "
            "alarm is about to page somebody. I looked at the last backup: it is "
            "listed as 2026-08-18, so older than I would like. I will ask for "
            "approval and mention the storage alarm."
        ),
        records=1_204,
        evidence=(
            seen("Storage used", "91 %", 240, "monitoring", 900),
            seen("Rows that match", 1204, 5_400, "SELECT count(*)", 1_800),
            seen("Last good backup", "2026-08-18", 300, "backup catalogue"),
        ),
        preconditions=(
            Fingerprint("rows that match the condition", "1204"),
            Fingerprint("schema of reservations", "v31"),
        ),
        estimate_seconds=40,
        estimate_tokens=2_300,
        queue="operations",
    )
    add_note(
        ask.pk,
        "The warehouse copy stops at 2021. Ask Priya before this goes anywhere.",
        person=stage.tom,
        actor=Actor.of_person(stage.tom),
    )
    with time_machine.travel(timezone.now() - 3 * _MINUTE, tick=False):
        refresh_preconditions(
            ask.pk,
            system=ask.system,
            actor=stage.agent("ops-agent"),
            preconditions=(
                Fingerprint("rows that match the condition", "1377"),
                Fingerprint("schema of reservations", "v31"),
            ),
        )
    return ask


def _ask_for_refund(stage: Stage) -> ActionRequest:
    given: dict[str, Any] = {
        "tool": "issue_refund",
        "arguments": {
            "reservation_id": "ZFA04Y",
            "amount": 1_486,
            "currency": "EUR",
            "to": "original payment method",
            "reason": "flight cancelled by airline",
        },
        "summary": "Refund 1,486 EUR for reservation ZFA04Y to the card it came from",
        "environment": "production",
        "reversibility": "compensable",
        "subject_ref": "emma.kim_9957",
        "on_behalf_of": "emma.kim@example.net",
        "conversation_id": "chat-20418",
        "justification": (
            "The customer asked for a refund of the whole trip. Flight `HAT094` of "
            "the outward leg was cancelled by us on Tuesday, so the fare rules allow "
            "it.\n\n"
            "She has **not** flown any leg of it."
        ),
        "reasoning": (
            "The policy says cancelled by airline means a full refund. I did not check "
            "whether the return leg was changed by the customer before."
        ),
        "amount": Decimal("1486"),
        "currency": "EUR",
        "records": 1,
        "evidence": (
            seen("Flight HAT094", "cancelled 17 Nov, 06:10", 50, "get_flight", 600),
            seen("Fare", "basic economy, 2 passengers", 65, "get_reservation", 600),
            seen(
                "Paid", "1,486.00 EUR by card ending 4417", 65, "get_reservation", 600
            ),
        ),
        "undo": {
            "tool": "reverse_refund",
            "arguments": {"reservation_id": "ZFA04Y", "amount": 1_486},
        },
        "estimate_tokens": 900,
        "estimate_seconds": 6,
        "queue": "payments",
    }
    ask = stage.ask("support-agent", minutes_ago=2, run_id="run-51c7", **given)
    stage.ask("support-agent", minutes_ago=1, run_id="run-51d2", **given)
    return ask


def _ask_for_flights(stage: Stage) -> ActionRequest:
    ask = stage.ask(
        "support-agent",
        minutes_ago=47,
        tool="update_reservation_flights",
        arguments={
            "reservation_id": "K67C4W",
            "cabin": "business",
            "flights": [
                {"flight_number": "HAT110", "date": "2026-11-24"},
                {"flight_number": "HAT172", "date": "2026-11-24"},
                {"flight_number": "HAT251", "date": "2026-11-28"},
            ],
            "payment_id": "gift_card_7219943",
        },
        summary="Move K67C4W to three business flights on 24 and 28 November",
        environment="production",
        reversibility="compensable",
        subject_ref="raj.lee_6137",
        diff=(
            {"path": "cabin", "before": "economy", "after": "business"},
            {
                "path": "flights[2]",
                "before": "HAT250 on 28 Nov, 16:40",
                "after": "HAT251 on 28 Nov, 09:05",
            },
        ),
        justification="The customer wants business class and an earlier flight back.",
        evidence=(seen("Gift card balance", "412.00 EUR", 20, "get_user", 300),),
        undo={"tool": "restore_reservation", "arguments": {"reservation_id": "K67C4W"}},
    )
    stage.decide(
        ask,
        stage.rita,
        minutes_ago=40,
        verdict="edit",
        reason_code="too_broad",
        comment="Business only on the way out: that is what the customer wrote.",
        arguments={
            "reservation_id": "K67C4W",
            "cabin": "economy",
            "flights": [
                {"flight_number": "HAT110", "date": "2026-11-24"},
                {"flight_number": "HAT172", "date": "2026-11-24"},
                {"flight_number": "HAT251", "date": "2026-11-28"},
            ],
            "payment_id": "gift_card_7219943",
        },
    )
    stage.finish(ask, minutes_ago=39, status="succeeded")
    return ask
