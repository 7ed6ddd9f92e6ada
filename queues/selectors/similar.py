"""What was decided before: the same tool, the same subject, this agent's record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from queues.history import reason_words
from queues.models import ActionRequest, Decision, Status
from queues.submissions import Headline
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
    """How people decided the last requests of this agent for this tool; `n` of them.

    `others`: how many of them were decided by others than the reader; `over_s`: seconds
    from the first of them to the last.
    """

    n: int
    others: int
    over_s: float
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
    def by_words(self) -> str:
        """Whose words they are: one's own last minutes are no second opinion."""
        if self.others == self.n:
            return "none by you"
        return f"{self.others} by others" if self.others else "all by you"

    @property
    def is_poor(self) -> bool:
        """At least three of the last were refused: a reason to look twice."""
        return self.rejected >= 3 and self.rejected * 3 >= self.n


def record_of(ask: ActionRequest, person: User) -> Record:
    """Count the closing decisions of people on the last 30 of this system and tool.

    Those before this request was decided: its own is no record to judge it by.
    """
    decided = comparable_decisions(ask).filter(
        ask__system_id=ask.system_id, ask__tool=ask.tool
    )
    if ask.decided_at is not None:
        decided = decided.filter(ask__decided_at__lt=ask.decided_at)
    columns = ("verdict", "person_id", "made_at")
    last = list(decided.values_list(*columns)[:_RECORD_OF])
    verdicts = Counter(verdict for verdict, _, _ in last)
    times = [made_at for _, _, made_at in last]
    return Record(
        n=len(last),
        others=sum(person_id != person.pk for _, person_id, _ in last),
        over_s=(max(times) - min(times)).total_seconds() if times else 0,
        approved=verdicts["approve"],
        edited=verdicts["edit"],
        rejected=verdicts["reject"],
        answered=verdicts["answer"],
    )


def decided_on_tool(ask: ActionRequest, person: User) -> list[Decision]:
    """Return the last decisions on this tool, but for those about the same subject."""
    of_tool = _decided(ask, person).filter(
        ask__system_id=ask.system_id, ask__tool=ask.tool
    )
    if ask.subject_digest:
        of_tool = of_tool.exclude(ask__subject_digest=ask.subject_digest)
    return list(of_tool[:_SHOWN])


def decided_about_subject(ask: ActionRequest, person: User) -> list[Decision]:
    """Return the last decisions about the same person or thing, whatever the tool."""
    if not ask.subject_digest:
        return []
    of_subject = _decided(ask, person).filter(ask__subject_digest=ask.subject_digest)
    return list(of_subject[:_SHOWN])


def past_lines(
    decisions: Sequence[Decision],
    ask: ActionRequest,
    headlines: Mapping[UUID, Headline],
) -> list[PastDecision]:
    """Return decisions as lines, in words where the reader may read them."""
    return [_past(one, ask, headlines.get(one.ask_id)) for one in decisions]


def asked_alike(ask: ActionRequest) -> list[ActionRequest]:
    """Return pending requests that would run the same, not merged yet."""
    if ask.status != Status.PENDING or ask.merged_into_id is not None:
        return []
    return list(
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


def alike_lines(
    alike: Sequence[ActionRequest], headlines: Mapping[UUID, Headline]
) -> list[LookAlike]:
    """Return look-alikes as lines, in words where the reader may read them."""
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


def _decided(ask: ActionRequest, person: User) -> QuerySet[Decision]:
    visible = ActionRequest.objects.visible_to(person).order_by().values("pk")
    return comparable_decisions(ask).filter(ask__in=visible).exclude(ask=ask)


def _past(
    decision: Decision, ask: ActionRequest, headline: Headline | None
) -> PastDecision:
    return PastDecision(
        id=decision.ask_id,
        summary=headline.summary if headline else decision.ask.tool,
        subject=headline.subject_ref if headline else "",
        verdict=decision.verdict,
        reason=reason_words(decision.verdict, decision.reason_code),
        who=str(decision.person),
        at=decision.made_at,
        status=decision.ask.status,
        is_same=decision.ask.asked_digest == ask.asked_digest,
        has_words=headline is not None,
    )
