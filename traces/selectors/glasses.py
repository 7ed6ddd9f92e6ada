"""Openings by break-glass as their pages show them. Without a word of anybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from reviewapp.core.models import Event, User
from reviewapp.core.models.events import EventQuerySet
from reviewapp.core.permissions import Right
from traces.glass import End, may_approve
from traces.models import BreakGlass, BreakGlassQuerySet, Trace
from traces.selectors.lists import title_of
from traces.spans import WordClass

ORDER = ("-asked_at", "-id")
WORDS_OPENED = "trace.words_opened"
_MOST = 200


@dataclass(frozen=True, slots=True)
class GlassRow:
    """One opening: `trace` is None once its structure is gone.

    `reads` counts the readings of words under it, as the log has them.
    """

    glass: BreakGlass
    trace: Trace | None
    reads: int
    now: datetime

    @property
    def title(self) -> str:
        return title_of(self.trace) if self.trace else "A run that is no longer kept"

    @property
    def is_open(self) -> bool:
        return self.glass.is_open_at(self.now)

    @property
    def state(self) -> str:
        """A key of `reviewapp.core.look.vocabulary.GLASSES`."""
        if self.is_open:
            return "approved" if self.glass.gives_reasoning else "waiting"
        # No sweep has come by yet.
        return self.glass.end or End.LAPSED

    @property
    def review(self) -> str:
        """A key of REVIEWS; empty while it is open."""
        if self.is_open:
            return ""
        due = self.glass.review_due_at
        late = due is not None and due < self.now
        return self.glass.verdict or ("overdue" if late else "to_review")


@dataclass(frozen=True, slots=True)
class Openings:
    """What stands on the page above what is past."""

    open_now: list[GlassRow]
    to_review: list[GlassRow]


def visible_glasses(person: User) -> BreakGlassQuerySet:
    glasses = BreakGlass.objects.visible_to(person)
    return glasses.select_related("person", "system", "approved_by", "reviewed_by")


def openings_for(person: User, now: datetime) -> Openings:
    """Return what runs, soonest over first, and what waits for a review."""
    visible = visible_glasses(person)
    running = list(visible.open_at(now).order_by("until")[:_MOST])
    waiting = list(visible.to_review().order_by("review_due_at")[:_MOST])
    rows = rows_of_glasses([*running, *waiting], now)
    return Openings(rows[: len(running)], rows[len(running) :])


def rows_of_glasses(glasses: Sequence[BreakGlass], now: datetime) -> list[GlassRow]:
    """Return rows in the same order. Two queries for any number."""
    traces = Trace.objects.in_bulk([glass.trace_key for glass in glasses])
    reads = _reads_of(glasses)
    return [
        GlassRow(glass, traces.get(glass.trace_key), reads.get(str(glass.pk), 0), now)
        for glass in glasses
    ]


def count_waiting(person: User, now: datetime) -> int:
    """Return how many openings wait for this person: to approve, or to review."""
    others = BreakGlass.objects.visible_to(person).exclude(person=person)
    asked = others.to_approve(now).select_related("person")
    count = sum(
        may_approve(person.roles, glass.person.roles)
        for glass in asked.prefetch_related("person__role_grants")
    )
    if person.has_right(Right.GLASS_REVIEW):
        count += others.to_review().count()
    return count


def reads_reference(person: User, glass: BreakGlass) -> bool:
    """True for whoever asked, approves or reviews: an auditor reads no words."""
    if glass.person_id == person.pk or person.has_right(Right.GLASS_REVIEW):
        return True
    return may_approve(person.roles, glass.person.roles)


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of words: how many parts of which class."""

    event: Event
    parts: list[tuple[str, int]]


def readings_under(glass: BreakGlass) -> list[Reading]:
    """Return what was read under an opening, newest first, the latest two hundred."""
    events = _readings([glass]).newest_first()[:_MOST]
    return [Reading(event, parts_read(event)) for event in events]


def parts_read(event: Event) -> list[tuple[str, int]]:
    """Return what was read, in the order of classes: JSONB keeps one of its own."""
    parts = event.facts.get("parts") or {}
    return [(str(one), parts[one]) for one in WordClass if one in parts]


def _reads_of(glasses: Collection[BreakGlass]) -> dict[str, int]:
    if not glasses:
        return {}
    counted = _readings(glasses).values("facts__opening").annotate(reads=Count("pk"))
    return {row["facts__opening"]: row["reads"] for row in counted}


def _readings(glasses: Collection[BreakGlass]) -> EventQuerySet:
    return Event.objects.filter(
        subject_type="trace",
        subject_id__in={str(glass.trace_key) for glass in glasses},
        verb=WORDS_OPENED,
        facts__opening__in=[str(glass.pk) for glass in glasses],
    )
