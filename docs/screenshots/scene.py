"""A believable afternoon in the queue, made through the services that agents use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import time_machine
from django.utils import timezone

from queues.models import ActionRequest, Membership, Queue
from queues.services.claims import claim_request, defer_request, escalate_request
from queues.services.decisions import Ruling, decide_request
from queues.services.grants import redeem_grant
from queues.services.notes import add_note
from queues.services.outcomes import report_outcome
from queues.services.preconditions import refresh_preconditions
from queues.services.requests import submit_request
from queues.submissions import EvidenceItem, Fingerprint, Report, Submission
from reviewapp.core.actors import Actor, ActorKind
from reviewapp.core.digests import body_digest
from reviewapp.core.models import RoleGrant, User
from reviewapp.core.permissions import Role
from systems.models import Credential, Lifecycle, System, Tool

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """Who looks, and at which request. `critical` destroys in production."""

    reviewer: User
    auditor: User
    critical: UUID
    refund: UUID
    edited: UUID


@dataclass(slots=True)
class _Stage:
    rita: User
    tom: User
    systems: dict[str, System] = field(default_factory=dict)
    count: int = 0

    def ask(self, system: str, minutes_ago: float, **given: Any) -> ActionRequest:
        """Let a system ask, some minutes ago."""
        self.count += 1
        then = timezone.now() - timedelta(minutes=minutes_ago)
        submission = Submission(key=f"intent-{self.count}", **given)
        submission = replace(
            submission,
            evidence=tuple(
                replace(item, observed_at=then - (_NOON - item.observed_at))
                for item in submission.evidence
            ),
        )
        with time_machine.travel(then, tick=False):
            return submit_request(
                self.systems[system],
                submission,
                actor=self.agent(system),
                body_digest=body_digest({"key": submission.key}),
            ).ask

    def agent(self, system: str) -> Actor:
        found = self.systems[system]
        return Actor(ActorKind.AGENT, found.slug, system_id=found.pk)

    def decide(
        self, ask: ActionRequest, person: User, minutes_ago: float, **ruling: Any
    ) -> None:
        ask.refresh_from_db()
        then = timezone.now() - timedelta(minutes=minutes_ago)
        with time_machine.travel(then, tick=False):
            decide_request(
                ask.pk,
                Ruling(version=ask.version, dwell_ms=21_000, **ruling),
                person=person,
                actor=Actor.of_person(person),
            )

    def finish(self, ask: ActionRequest, minutes_ago: float, status: str) -> None:
        """Let the agent use its leave, and report if there is anything to report."""
        agent = self.agent(ask.system.slug)
        then = timezone.now() - timedelta(minutes=minutes_ago)
        with time_machine.travel(then, tick=False):
            redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="1")
            report_outcome(
                ask.pk,
                Report(status, {"ok": status == "succeeded"}, seconds=2),
                system=ask.system,
                actor=agent,
            )


# Evidence is written relative to this moment, and moved to when it was asked.
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def seen(
    name: str, value: Any, seconds_before: int, source: str, limit: int = 0
) -> EvidenceItem:
    """A fact looked at some seconds before asking; `limit` in seconds, 0 for none."""
    observed = _NOON - timedelta(seconds=seconds_before)
    return EvidenceItem(name, value, observed, limit or None, source)


def set_scene() -> Scene:
    """Fill empty databases, and return what is worth a picture."""
    stage = _Stage(
        rita=_person("Rita Marsh", Role.REVIEWER),
        tom=_person("Tom Okafor", Role.REVIEWER, Role.LEAD),
    )
    auditor = _person("Ada Lindqvist", Role.AUDITOR)
    _open_queues(stage)
    _register(stage)
    _decide_the_morning(stage)
    critical, refund, edited = _ask_the_afternoon(stage)
    return Scene(stage.rita, auditor, critical.pk, refund.pk, edited.pk)


def _person(name: str, *roles: Role) -> User:
    email = f"{name.lower().replace(' ', '.')}@example.org"
    person = User.objects.create_user(email, name=name)
    for role in roles:
        RoleGrant.objects.create(person=person, role=role)
    return person


def _open_queues(stage: _Stage) -> None:
    names = {
        "general": "General",
        "payments": "Payments",
        "operations": "Operations",
    }
    for slug, name in names.items():
        queue, _ = Queue.objects.get_or_create(slug=slug, defaults={"name": name})
        for person in (stage.rita, stage.tom):
            Membership.objects.create(queue=queue, person=person)


_SYSTEMS: dict[str, tuple[str, Sequence[tuple[str, str, str, str]]]] = {
    "support-agent": (
        "Support agent",
        (
            ("cancel_reservation", "write", "irreversible", "data"),
            ("update_reservation_flights", "write", "compensable", "data"),
            ("issue_refund", "write", "compensable", "money"),
            ("send_certificate", "write", "compensable", "money"),
        ),
    ),
    "ops-agent": (
        "Operations agent",
        (
            ("bookings.delete_rows", "destructive", "irreversible", "data"),
            ("restart_service", "write", "reversible", "data"),
            ("grant_role", "write", "reversible", "access"),
            ("rotate_certificate", "write", "reversible", "data"),
        ),
    ),
    "finance-agent": (
        "Finance agent",
        (("pay_invoice", "write", "irreversible", "money"),),
    ),
    "outreach-agent": (
        "Outreach agent",
        (("send_campaign", "broadcast", "irreversible", "data"),),
    ),
}


def _register(stage: _Stage) -> None:
    for slug, (name, tools) in _SYSTEMS.items():
        system = System.objects.create(
            slug=slug,
            name=name,
            lifecycle=Lifecycle.LIVE,
            purpose=f"{name} of the demo.",
        )
        stage.systems[slug] = system
        for tool, effect, reversibility, category in tools:
            Tool.objects.create(
                system=system,
                name=tool,
                effect=effect,
                reversibility=reversibility,
                category=category,
            )
    ops = stage.systems["ops-agent"]
    Credential.objects.create(system=ops, name="bookings-rw", environment="production")
    Credential.objects.create(system=ops, name="kube-staging", environment="staging")


def _decide_the_morning(stage: _Stage) -> None:
    """What was decided before, so that records and look-backs have something to say."""
    past = [
        ("R7K2QX", "sofia.martin_4821", "approve", "within_policy", "succeeded"),
        ("M1B9ZT", "james.taylor_7755", "reject", "against_policy", ""),
        ("Q5C0LD", "olivia.chen_1180", "edit", "wrong_amount", "succeeded"),
        ("X8H3WA", "noah.brown_6181", "approve", "checked_evidence", "uncertain"),
        ("J2P4EE", "aarav.ahmed_6699", "approve", "within_policy", "failed"),
    ]
    for number, (order, customer, verdict, reason, end) in enumerate(past):
        ask = stage.ask(
            "support-agent",
            minutes_ago=105 - number * 8,
            tool="issue_refund",
            arguments={"reservation_id": order, "amount": 180 + number * 35},
            summary=f"Refund {180 + number * 35} EUR for reservation {order}",
            environment="production",
            reversibility="compensable",
            subject_ref=customer,
            amount=Decimal(180 + number * 35),
            currency="EUR",
            queue="payments",
            undo={"tool": "reverse_refund", "arguments": {"reservation_id": order}},
        )
        changed = (
            {"reservation_id": order, "amount": 120} if verdict == "edit" else None
        )
        stage.decide(
            ask,
            stage.rita if number % 2 else stage.tom,
            minutes_ago=100 - number * 8,
            verdict=verdict,
            reason_code=reason,
            arguments=changed,
        )
        if end:
            stage.finish(ask, minutes_ago=99 - number * 8, status=end)


def _ask_the_afternoon(
    stage: _Stage,
) -> tuple[ActionRequest, ActionRequest, ActionRequest]:
    critical = _ask_to_delete(stage)
    refund = _ask_for_refund(stage)
    edited = _ask_for_flights(stage)
    _ask_the_rest(stage)
    return critical, refund, edited


def _ask_to_delete(stage: _Stage) -> ActionRequest:
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


def _ask_for_refund(stage: _Stage) -> ActionRequest:
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


def _ask_for_flights(stage: _Stage) -> ActionRequest:
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


def _ask_the_rest(stage: _Stage) -> None:
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


def _ask_the_ordinary(stage: _Stage) -> None:
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
        until=timezone.now() + 40 * _MINUTE,
    )
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
