"""What was decided before: the same tool, the same subject, this agent's record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from queues.history import reason_words
from queues.models import ActionRequest, Decision, Status
from queues.selectors.reading import open_headlines
from reviewapp.core.models import User

_SHOWN = 5
_RECORD_OF = 30


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A closing decision on another request. `is_same` : the very same arguments."""

    id: UUID
    summary: str
    subject: str
    verdict: str
    reason: str
    who: str
    at: datetime
    status: str
    is_same: bool
    has_words: bool

    @property
    def url(self) -> str:
        return reverse("request", args=[self.id])


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Another pending request that would run the same in the same place."""

    id: UUID
    summary: str
    run_id: str
    created_at: datetime
    has_words: bool

    @property
    def url(self) -> str:
        return reverse("request", args=[self.id])


@dataclass(frozen=True, slots=True)
class Record:
    """How people decided the last requests of this agent for this tool; `n` of them."""

    n: int
    approved: int
    edited: int
    rejected: int
    answered: int

    @property
    def words(self) -> str:
        counts = {
            "approved": self.approved,
            "edited": self.edited,
            "rejected": self.rejected,
            "answered": self.answered,
        }
        return ", ".join(f"{count} {word}" for word, count in counts.items() if count)

    @property
    def is_poor(self) -> bool:
        """At least three of the last were refused: a reason to look twice."""
        return self.rejected >= 3 and self.rejected * 3 >= self.n


def record_of(ask: ActionRequest) -> Record:
    """Count the closing decisions of people on the last 30 of this system and tool."""
    verdicts = (
        comparable_decisions(ask)
        .filter(ask__system_id=ask.system_id, ask__tool=ask.tool)
        .values_list("verdict", flat=True)[:_RECORD_OF]
    )
    counted = Counter(verdicts)
    return Record(
        n=counted.total(),
        approved=counted["approve"],
        edited=counted["edit"],
        rejected=counted["reject"],
        answered=counted["answer"],
    )


def past_decisions(
    ask: ActionRequest, *, person: User, readable: frozenset[int]
) -> tuple[list[PastDecision], list[PastDecision]]:
    """Return the last decisions on this tool, and those about the same subject."""
    visible = ActionRequest.objects.visible_to(person).order_by().values("pk")
    decided = comparable_decisions(ask).filter(ask__in=visible).exclude(ask=ask)
    of_tool = list(
        decided.filter(ask__system_id=ask.system_id, ask__tool=ask.tool)[:_SHOWN]
    )
    of_subject = (
        list(decided.filter(ask__subject_digest=ask.subject_digest)[:_SHOWN])
        if ask.subject_digest
        else []
    )
    lines = _lines([*of_tool, *of_subject], ask, readable)
    return lines[: len(of_tool)], lines[len(of_tool) :]


def lookalikes_of(ask: ActionRequest, readable: frozenset[int]) -> list[LookAlike]:
    """Return pending requests that would run the same, not merged yet."""
    if ask.status != Status.PENDING or ask.merged_into_id is not None:
        return []
    alike = list(
        ActionRequest.objects.waiting()
        .filter(
            system_id=ask.system_id,
            asked_digest=ask.asked_digest,
            environment=ask.environment,
            queue_id=ask.queue_id,
        )
        .exclude(pk=ask.pk)
        .select_related("system")
        .defer("contents_sealed")
        .order_by("created_at")[:_SHOWN]
    )
    headlines = open_headlines(alike, readable)
    return [
        LookAlike(
            id=other.pk,
            summary=headlines[other.pk].summary
            if other.pk in headlines
            else other.tool,
            run_id=other.run_id,
            created_at=other.created_at,
            has_words=other.pk in headlines,
        )
        for other in alike
    ]


def comparable_decisions(ask: ActionRequest) -> QuerySet[Decision]:
    """Closing decisions, newest first; live ones are compared with live ones."""
    return (
        Decision.objects.filter(
            closes=True,
            ask__synthetic=ask.synthetic,
            # Always so, and said because the index `ask_history` holds no others.
            ask__decided_at__isnull=False,
        )
        .select_related("ask", "ask__system", "person")
        .defer("ask__contents_sealed", "words_sealed")
        .order_by("-ask__decided_at", "-made_at")
    )


def _lines(
    decisions: Sequence[Decision], ask: ActionRequest, readable: frozenset[int]
) -> list[PastDecision]:
    others = list({decision.ask_id: decision.ask for decision in decisions}.values())
    headlines = open_headlines(others, readable)
    return [
        PastDecision(
            id=decision.ask_id,
            summary=headlines[decision.ask_id].summary
            if decision.ask_id in headlines
            else decision.ask.tool,
            subject=headlines[decision.ask_id].subject_ref
            if decision.ask_id in headlines
            else "",
            verdict=decision.verdict,
            reason=reason_words(decision.verdict, decision.reason_code),
            who=str(decision.person),
            at=decision.made_at,
            status=decision.ask.status,
            is_same=decision.ask.asked_digest == ask.asked_digest,
            has_words=decision.ask_id in headlines,
        )
        for decision in decisions
    ]
