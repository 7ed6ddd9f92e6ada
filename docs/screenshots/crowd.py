"""The other requests that wait that afternoon: held, escalated, put off, ordinary."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from docs.screenshots.stage import Stage, seen
from queues.services.claims import claim_request, defer_request, escalate_request
from reviewapp.core.actors import Actor


def ask_the_rest(stage: Stage) -> None:
    held = stage.ask(
        "finance-agent",
        minutes_ago=34,
        tool="pay_invoice",
        arguments={"invoice": "INV-2026-1187", "amount": 18_450, "iban": "DE89 3704 …"},
        summary="Pay invoice INV-2026-1187 of Nordlicht Catering, 18,450 EUR",
        environment="production",
        reversibility="irreversible",
        subject_ref="Nordlicht Catering",
        amount=Decimal(18_450),
        currency="EUR",
        evidence=(seen("Goods received", "yes, 14 Nov", 3_600, "ERP", 86_400),),
        queue="payments",
    )
    claim_request(held.pk, person=stage.tom, actor=Actor.of_person(stage.tom))
    stage.ask(
        "outreach-agent",
        minutes_ago=64,
        tool="send_campaign",
        arguments={"segment": "lapsed-90-days", "template": "winter-sale"},
        summary="Send “winter-sale” to everybody who has not booked for 90 days",
        environment="production",
        reversibility="irreversible",
        recipients=18_204,
        evidence=(seen("Segment size", 18204, 7_200, "warehouse", 3_600),),
    )
    escalated = stage.ask(
        "ops-agent",
        minutes_ago=12,
        tool="grant_role",
        arguments={"who": "contractor-84", "role": "db-admin", "hours": 72},
        summary="Grant db-admin to contractor-84 for 72 hours",
        environment="production",
        credential="bookings-rw",
        reversibility="reversible",
        undo={"tool": "revoke_role", "arguments": {"who": "contractor-84"}},
        queue="operations",
    )
    escalate_request(escalated.pk, person=stage.tom, actor=Actor.of_person(stage.tom))
    _ask_the_ordinary(stage)


def _ask_the_ordinary(stage: Stage) -> None:
    cancels = [
        (8, "EHGLP3", "emma.kim_9957", "Cancel reservation EHGLP3, booked 3 h ago"),
        (5, "NQNU5R", "mohamed.silva_9265", "Cancel reservation NQNU5R, 2 passengers"),
        (3, "UDMOP1", "daiki.muller_1116", "Cancel reservation UDMOP1, basic economy"),
    ]
    for minutes, order, customer, summary in cancels:
        stage.ask(
            "support-agent",
            minutes_ago=minutes,
            tool="cancel_reservation",
            arguments={"reservation_id": order},
            summary=summary,
            environment="production",
            reversibility="irreversible",
            subject_ref=customer,
            evidence=(seen("Booked at", "today, 13:20", 40, "get_reservation", 600),),
        )
    _ask_for_thanks(stage)
    _ask_of_operations(stage)
    stage.ask(
        "support-agent",
        minutes_ago=55,
        tool="update_loyalty_tier",
        arguments={"user_id": "yara.garcia_1905", "tier": "gold"},
        environment="production",
        reversibility="compensable",
        subject_ref="yara.garcia_1905",
        synthetic=True,
    )


def _ask_for_thanks(stage: Stage) -> None:
    mine = stage.ask(
        "support-agent",
        minutes_ago=16,
        tool="send_certificate",
        arguments={"user_id": "aarav.ahmed_6699", "amount": 100},
        summary="Send a travel certificate of 100 EUR for the delay of HAT045",
        environment="production",
        reversibility="compensable",
        subject_ref="aarav.ahmed_6699",
        amount=Decimal(100),
        currency="EUR",
        queue="payments",
    )
    claim_request(mine.pk, person=stage.rita, actor=Actor.of_person(stage.rita))


def _ask_of_operations(stage: Stage) -> None:
    stage.ask(
        "ops-agent",
        minutes_ago=26,
        tool="restart_service",
        arguments={"service": "search-api", "cluster": "staging-2"},
        summary="Restart search-api on staging-2",
        environment="staging",
        credential="kube-staging",
        reversibility="reversible",
        undo={"tool": "rollback_service", "arguments": {"service": "search-api"}},
        queue="operations",
    )
    put_off = stage.ask(
        "ops-agent",
        minutes_ago=30,
        tool="rotate_certificate",
        arguments={"host": "mail-3.example.org"},
        summary="Rotate the certificate of mail-3",
        environment="production",
        credential="bookings-rw",
        reversibility="reversible",
        queue="operations",
    )
    defer_request(
        put_off.pk,
        person=stage.rita,
        actor=Actor.of_person(stage.rita),
        until=timezone.now() + timedelta(minutes=40),
    )
