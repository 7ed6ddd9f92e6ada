"""The gallery of components: every shared fragment with made-up content.

For those who build pages, and for the screenshots that judge the look. Shown to
administrators only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reviewapp.core.access import access
from reviewapp.core.look.vocabulary import KINDS
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Conflict


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A request as `_ui/row.html` draws it."""

    summary: str
    system: str
    subject: str
    environment: str
    risk_class: str
    created_at: datetime
    expires_at: datetime
    status: str = "pending"
    url: str = "#"
    claim_url: str = "#"
    is_alarming: bool = False
    has_changed: bool = False
    is_synthetic: bool = False
    is_elsewhere: bool = False
    elsewhere_words: str = ""
    evidence: str = ""
    evidence_detail: str = ""
    holder: str = ""
    is_mine: bool = False
    approvals: str = ""
    priority: str = ""
    flags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleReasons:
    """The reasons for one verdict."""

    verdict: str
    title: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SampleBar:
    """What `_ui/decision_bar.html` needs."""

    action: str = "#"
    version: str = "1"
    allowed: tuple[str, ...] = ("approve", "edit", "reject", "answer")
    key: str = "sample"
    reason_groups: tuple[SampleReasons, ...] = (
        SampleReasons("approve", "To approve", (("ok", "As it should be"),)),
        SampleReasons(
            "reject",
            "To reject",
            (
                ("wrong_target", "Wrong person or record"),
                ("not_needed", "Not needed"),
                ("too_risky", "Too risky for what it gains"),
            ),
        ),
    )
    wake_choices: tuple[tuple[int, str], ...] = ((900, "15 minutes"), (3600, "1 hour"))
    claim_url: str = ""
    release_url: str = ""
    keep_url: str = ""
    then_next: bool = True
    reason_code: str = ""
    comment: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    errors_elsewhere: tuple[str, ...] = ()
    must_see: bool = False
    needs_reason: tuple[str, ...] = ("reject",)
    is_alarming: bool = True
    confirm: str = "This deletes 1,204 reservations in production. There is no undo."
    defer_url: str = "#"
    escalate_url: str = "#"
    held_until: datetime | None = None


@access(Right.PEOPLE_MANAGE)
def ui_gallery(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = {
        "rows": _rows(now),
        "kinds": {kind: list(looks) for kind, looks in KINDS.items()},
        "bar": SampleBar(held_until=now + timedelta(minutes=9)),
        "arguments": _ARGUMENTS,
        "changes": _CHANGES,
        "steps": _steps(now),
        "deadlines": [
            now + timedelta(hours=3),
            now + timedelta(seconds=95),
            now - timedelta(minutes=2),
        ],
        "an_hour_ago": now - timedelta(hours=1),
        "problem": Conflict(
            "changed", "The card changed while you read it. Look at what changed."
        ),
    }
    return render(request, "_ui/gallery.html", context)


def _rows(now: datetime) -> list[SampleRow]:
    def at(minutes: float) -> datetime:
        return now + timedelta(minutes=minutes)

    return [
        SampleRow(
            "Delete 1,204 reservations older than 2019 from bookings",
            "ops-agent",
            "table bookings.reservations",
            "production",
            "destructive",
            at(-11),
            at(4),
            is_alarming=True,
            approvals="two",
            evidence="stale",
            priority="now",
            flags=("mismatch",),
            reasons=("4 min of slack", "rejected 3 of its last 10"),
        ),
        SampleRow(
            "Refund 120.00 EUR to the card ending 4242 for order 88-1702",
            "support-agent",
            "customer C-20817",
            "production",
            "money",
            at(-6),
            at(24),
            has_changed=True,
            evidence="fresh",
            priority="soon",
        ),
        SampleRow(
            "Cancel reservation ZFA04Y and refund it as a travel certificate",
            "support-agent",
            "Sofia Kim",
            "production",
            "irreversible_write",
            at(-3),
            at(57),
            is_mine=True,
            holder="you",
            evidence="fresh",
        ),
        SampleRow(
            "Send “Your trial ends on Friday” to 1,840 recipients",
            "outreach-agent",
            "segment trial-ending",
            "production",
            "broadcast",
            at(-2),
            at(118),
            holder="Rosa",
        ),
        SampleRow(
            "Add role billing-admin to m.ortega for 4 hours",
            "ops-agent",
            "m.ortega",
            "staging",
            "access",
            at(-1),
            at(239),
            is_synthetic=True,
        ),
        SampleRow(
            "Set the seat of passenger 2 on flight HAT019 to 14C",
            "support-agent",
            "Sofia Kim",
            "production",
            "reversible_write",
            at(-190),
            at(-120),
            status="succeeded",
        ),
    ]


_ARGUMENTS: dict[str, Any] = {
    "table": "bookings.reservations",
    "where": {"created_before": "2019-01-01", "status": ["cancelled", "flown"]},
    "limit": 1204,
    "dry_run": False,
    "ticket": "42",
    "note": "clean-up asked for by \u202eecnanif\u202c\u200b",
    "statement": "\n".join(
        f"remove reservation {number} and all that hangs on it"
        for number in range(88_100, 88_160)
    ),
}

_CHANGES = [
    {"path": "reservation.cabin", "before": "business", "after": "basic economy"},
    {
        "path": "reservation.note",
        "before": "Two bags checked in, seat 14C wanted.",
        "after": "Three bags checked in, seat 14C wanted.",
    },
    {"path": "payment", "before": {"amount": 590}, "after": {"amount": 120.5}},
]


def _steps(now: datetime) -> list[dict[str, Any]]:
    return [
        {"word": "Approved by Rosa", "at": now - timedelta(minutes=4), "state": "done"},
        {
            "word": "Delivered to the agent",
            "at": now - timedelta(minutes=4),
            "state": "done",
            "note": "Event stream, first try",
        },
        {"word": "Running", "at": now - timedelta(minutes=1), "state": "now"},
        {"word": "Finished", "at": None, "state": "ahead"},
    ]
