"""Rows of lists: a request in two lines, with the reasons for its place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse

from queues.models import ActionRequest, Decision, Evidence, Status
from queues.rules import is_stale
from queues.selectors.reading import open_headlines, queues_read_by
from queues.submissions import Headline
from reviewapp.core.look.spans import relative_words, words_for
from reviewapp.core.models import User

_COLUMNS = (
    *("id", "version", "tool", "status", "round", "approvals_needed", "synthetic"),
    *("environment", "declared_environment", "risk_class", "risk_reasons"),
    *("queue_id", "system_id", "requester_id", "asked_digest", "headline_sealed"),
    *("holder_id", "held_until", "deferred_by_id", "escalation_level", "extended"),
    *("rank_at", "created_at", "available_at", "expires_at", "changed_at"),
    *("decided_at", "closed_at"),
)
_BESIDE_NAMES = {
    "system": ("system__name",),
    "holder": ("holder__name", "holder__email"),
    "deferred_by": ("deferred_by__name", "deferred_by__email"),
}
# Less than this left: it is taken before anything milder.
PRESSING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What `_ui/row.html` draws. Counts are of now; empty texts are not drawn."""

    id: UUID
    version: int
    # Whether words of the agent stand in it: whoever is sent it has read them.
    has_words: bool
    summary: str
    system: str
    subject: str
    environment: str
    declared_environment: str
    risk_class: str
    status: str
    created_at: datetime
    expires_at: datetime
    is_alarming: bool
    has_changed: bool
    is_synthetic: bool
    stale: int
    evidence_items: int
    holder: str
    is_mine: bool
    approvals_given: int
    approvals_needed: int
    flags: tuple[str, ...]
    priority: str
    reasons: tuple[str, ...]
    wakes_at: datetime | None
    moved_at: datetime | None
    can_claim: bool

    @property
    def url(self) -> str:
        return _address("request").format(self.id)

    @property
    def claim_url(self) -> str:
        return _address("claim").format(self.id) if self.can_claim else ""

    @property
    def evidence(self) -> str:
        if not self.evidence_items:
            return ""
        return "stale" if self.stale else "fresh"

    @property
    def evidence_detail(self) -> str:
        return f"{self.stale} of {self.evidence_items}" if self.stale else ""

    @property
    def approvals(self) -> str:
        if self.approvals_needed < 2 or self.status != Status.PENDING:
            return ""
        return "second" if self.approvals_given else "two"

    @property
    def is_elsewhere(self) -> bool:
        """It would act in another environment than the agent says."""
        return self.environment != self.declared_environment

    @property
    def elsewhere_words(self) -> str:
        return f"Says {self.declared_environment}"


@cache
def _address(name: str) -> str:
    """The address of any request; resolving it for each row took a tenth of a page."""
    nobody = UUID(int=0)
    return reverse(name, args=[nobody]).replace(str(nobody), "{}")


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands in other tables, by request."""

    headlines: Mapping[UUID, Headline]
    stale: Mapping[UUID, int]
    evidence: Mapping[UUID, int]
    approvals: Mapping[UUID, int]
    readable: frozenset[int]
    # How often the same would run in the same place, among the requests listed.
    repeats: Counter[tuple[UUID, str, str]]


def columns_of_rows(asks: QuerySet[ActionRequest]) -> QuerySet[ActionRequest]:
    """Select what a row shows, which is less than half of the columns.

    A column that `_row` reads and this does not name costs a query for each row.
    """
    return (
        asks.select_related(None)
        .select_related(*_BESIDE_NAMES)
        .defer(None)
        .only(*_COLUMNS, *(name for names in _BESIDE_NAMES.values() for name in names))
    )


def rows_of_requests(
    asks: Sequence[ActionRequest], *, person: User, now: datetime
) -> list[RequestRow]:
    """Return a row for each request, in their order; five queries for any number.

    The requests come as `columns_of_rows` selects them, or whole.
    """
    beside = _look_beside(asks, person, now)
    return [_row(ask, beside, person, now) for ask in asks]


def _look_beside(asks: Sequence[ActionRequest], person: User, now: datetime) -> _Beside:
    readable = queues_read_by(person)
    stale, evidence = _count_evidence(asks, now)
    return _Beside(
        headlines=open_headlines(asks, readable),
        stale=stale,
        evidence=evidence,
        approvals=_count_approvals(asks),
        readable=readable,
        repeats=Counter(_intent_of(ask) for ask in asks if ask.status == "pending"),
    )


def _intent_of(ask: ActionRequest) -> tuple[UUID, str, str]:
    return ask.system_id, ask.asked_digest, ask.environment


def _count_evidence(
    asks: Sequence[ActionRequest], now: datetime
) -> tuple[Counter[UUID], Counter[UUID]]:
    """Stale pieces and all that have a limit, by request: now, or at its decision."""
    judged_at = {ask.pk: ask.decided_at or now for ask in asks}
    stale: Counter[UUID] = Counter()
    every: Counter[UUID] = Counter()
    limited = Evidence.objects.filter(ask__in=judged_at, limit_s__isnull=False)
    rows = limited.order_by()
    for ask_id, observed_at, limit_s in rows.values_list(
        "ask_id", "observed_at", "limit_s"
    ):
        every[ask_id] += 1
        stale[ask_id] += is_stale(observed_at, limit_s, judged_at[ask_id])
    return stale, every


def _count_approvals(asks: Sequence[ActionRequest]) -> dict[UUID, int]:
    """Approvals of the current round, where more than one is needed."""
    rounds = {ask.pk: ask.round for ask in asks if ask.approvals_needed > 1}
    counted: dict[UUID, int] = defaultdict(int)
    given = Decision.objects.filter(ask__in=rounds).order_by()
    for ask_id, round_, number in given.values_list("ask_id", "round").annotate(
        Count("id")
    ):
        if round_ == rounds[ask_id]:
            counted[ask_id] = number
    return counted


def _row(
    ask: ActionRequest, beside: _Beside, person: User, now: datetime
) -> RequestRow:
    headline = beside.headlines.get(ask.pk)
    holder = ask.holder if ask.held_until and ask.held_until > now else None
    given = beside.approvals.get(ask.pk, 0)
    may_decide = ask.queue_id in beside.readable and ask.requester_id != person.pk
    return RequestRow(
        id=ask.pk,
        version=ask.version,
        has_words=headline is not None,
        summary=headline.summary if headline else ask.tool,
        system=str(ask.system),
        subject=headline.subject_ref if headline else "",
        environment=ask.environment,
        declared_environment=ask.declared_environment,
        risk_class=ask.risk_class,
        status=ask.status,
        created_at=ask.created_at,
        expires_at=ask.expires_at,
        is_alarming=ask.is_critical,
        has_changed=ask.changed_at is not None,
        is_synthetic=ask.synthetic,
        stale=beside.stale[ask.pk],
        evidence_items=beside.evidence[ask.pk],
        holder=str(holder) if holder else "",
        is_mine=holder == person,
        approvals_given=given,
        approvals_needed=ask.approvals_needed,
        flags=_flags(ask),
        priority=_priority(ask, now),
        reasons=_reasons(ask, beside.repeats[_intent_of(ask)], now),
        wakes_at=ask.available_at if ask.available_at > now else None,
        moved_at=ask.closed_at or ask.decided_at,
        can_claim=may_decide and ask.status == Status.PENDING and holder is None,
    )


def _flags(ask: ActionRequest) -> tuple[str, ...]:
    if "credential_unknown" in ask.risk_reasons:
        return ("unknown_credential",)
    return ()


def _priority(ask: ActionRequest, now: datetime) -> str:
    if ask.status != Status.PENDING:
        return ""
    if ask.escalation_level or ask.expires_at - now < PRESSING:
        return "now"
    return "soon" if ask.rank_at <= now else ""


def _reasons(ask: ActionRequest, repeats: int, now: datetime) -> tuple[str, ...]:
    """Why it stands where it stands, in words; the deadline has its own chip."""
    if ask.status != Status.PENDING:
        return ()
    reasons = []
    if ask.escalation_level:
        reasons.append("escalated to the front")
    elif ask.rank_at < ask.expires_at:
        start = words_for((ask.expires_at - ask.rank_at).total_seconds(), parts=1)
        reasons.append(f"moved up {start} for its risk")
    if ask.extended:
        reasons.append("its time ran out once")
    if ask.available_at > now:
        by = f" by {ask.deferred_by}" if ask.deferred_by else ""
        reasons.append(f"put off{by}, {relative_words(ask.available_at, now=now)}")
    if repeats > 1:
        reasons.append(f"asked {repeats} times")
    return tuple(reasons)
