"""One request as a card: all that is needed to judge it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from queues.history import reason_words, words_of
from queues.models import (
    ActionRequest,
    Decision,
    Delivery,
    Evidence,
    Grant,
    Note,
    Outcome,
    Status,
)
from queues.rules import is_stale
from queues.selectors.card_words import CardWords, open_card_words
from queues.selectors.reading import queues_read_by, summary_of
from queues.selectors.similar import (
    LookAlike,
    PastDecision,
    Record,
    lookalikes_of,
    past_decisions,
    record_of,
)
from queues.selectors.steps import Step, steps_of
from reviewapp.core.look.spans import words_for
from reviewapp.core.look.values import text_of
from reviewapp.core.models import Event, User
from reviewapp.core.words import Keyring
from systems.models import Credential
from systems.selectors import credential_of

_HISTORY_SHOWN = 40
_RUNS_TITLES = {
    Status.PENDING: "What will run",
    Status.APPROVED: "What may run",
    Status.REDEEMED: "What is running",
    Status.SUCCEEDED: "What ran",
    Status.FAILED: "What ran, and failed",
    Status.UNCERTAIN: "What may have run",
    Status.SETTLED: "What may have run",
}
# Characters of evidence that are read at a glance; longer values are folded.
_GLANCE = 160


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A fact with its age; `max_age_s` is the limit that counts, in seconds.

    Judged now, or for a decided request at its decision. Any: a value is JSON.
    """

    name: str
    value: Any
    source: str
    observed_at: datetime
    max_age_s: int | None
    is_stale: bool
    judged_at: datetime

    @property
    def is_short(self) -> bool:
        text = text_of(self.value)
        return len(text) <= _GLANCE and "\n" not in text

    @property
    def glance(self) -> str:
        """The beginning of a long value, to know whether it is worth opening."""
        return f"{' '.join(text_of(self.value).split())[:_GLANCE]} …"


@dataclass(frozen=True, slots=True)
class PreconditionLine:
    name: str
    checked_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One reviewer's word. `counts`: it is an approval of what would run now."""

    who: str
    verdict: str
    reason: str
    comment: str
    made_at: datetime
    counts: bool


@dataclass(frozen=True, slots=True)
class NoteLine:
    who: str
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryLine:
    who: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestCard:
    """Everything on the page of one request. `words` is None where they are not for
    the reader, and `words_gone` says that nobody can read them any more."""

    ask: ActionRequest
    words: CardWords | None
    words_gone: bool
    credential: Credential | None
    evidence: list[EvidenceLine]
    preconditions: list[PreconditionLine]
    decisions: list[DecisionLine]
    notes: list[NoteLine]
    of_tool: list[PastDecision]
    of_subject: list[PastDecision]
    lookalikes: list[LookAlike]
    record: Record
    steps: list[Step]
    history: list[HistoryLine]
    outcome: Outcome | None
    compensation_id: UUID | None
    has_spoken: bool

    @property
    def title(self) -> str:
        if self.words is None:
            return self.ask.tool
        summary = self.words.headline.summary
        return summary or summary_of(self.ask.tool, self.words.arguments)

    @property
    def runs_title(self) -> str:
        """What the arguments stand for at this point of the request's life."""
        return _RUNS_TITLES.get(Status(self.ask.status), "What was asked")

    @property
    def stale(self) -> int:
        return sum(line.is_stale for line in self.evidence)

    @property
    def stale_words(self) -> str:
        return f"{self.stale} of {len(self.evidence)} stale"

    @property
    def has_warnings(self) -> bool:
        """Something must be known before deciding; afterwards it is history."""
        doubts = set(self.ask.risk_reasons) - {"credential_elsewhere"}
        undecided = self.ask.status == Status.PENDING
        facts = (self.ask.changed_at, self.stale, self.lookalikes, doubts)
        return undecided and any(facts)

    @property
    def times_asked(self) -> int:
        return 1 + len(self.lookalikes)

    @property
    def estimate_words(self) -> str:
        ask = self.ask
        return _spent(ask.estimate_tokens, ask.estimate_seconds, ask.estimate_cost)

    @property
    def actual_words(self) -> str:
        outcome = self.outcome
        return _spent(outcome.tokens, outcome.seconds, outcome.cost) if outcome else ""

    @property
    def approvals_given(self) -> int:
        return sum(line.counts for line in self.decisions)

    @property
    def is_mismatched(self) -> bool:
        return "credential_elsewhere" in self.ask.risk_reasons


def find_card(ask: ActionRequest, *, person: User, now: datetime) -> RequestCard:
    """Return the card of a request the person may see; words only where they may.

    About fifteen queries, whatever the size. `ask` comes with system, queue, policy,
    holder, requester and merged_into selected.
    """
    readable = queues_read_by(person)
    keyring = Keyring.of([ask.pk] if ask.queue_id in readable else [])
    decisions = list(ask.decisions.select_related("person"))
    notes = list(ask.notes.select_related("person"))
    outcome = Outcome.objects.select_related("settled_by").filter(ask=ask).first()
    words = (
        open_card_words(ask, keyring, decisions=decisions, notes=notes, outcome=outcome)
        if keyring.has(ask.pk)
        else None
    )
    of_tool, of_subject = past_decisions(ask, person=person, readable=readable)
    return RequestCard(
        ask=ask,
        words=words,
        words_gone=words is None and ask.queue_id in readable,
        credential=credential_of(ask.system, ask.credential)
        if ask.credential
        else None,
        evidence=_evidence_lines(ask, words, ask.decided_at or now),
        preconditions=_precondition_lines(ask, words),
        decisions=_decision_lines(ask, decisions, words),
        notes=_note_lines(notes, words),
        of_tool=of_tool,
        of_subject=of_subject,
        lookalikes=lookalikes_of(ask, readable),
        record=record_of(ask),
        steps=_steps(ask, outcome),
        history=history_of(ask),
        outcome=outcome,
        compensation_id=ask.compensations.values_list("pk", flat=True).first(),
        has_spoken=any(
            d.person_id == person.pk and d.round == ask.round for d in decisions
        ),
    )


def _spent(tokens: int | None, seconds: int | None, cost: Decimal | None) -> str:
    """Return "40,000 tokens, 1 min 35 s, 1.5"; empty where nothing is known."""
    parts = (
        f"{tokens:,} tokens" if tokens is not None else "",
        words_for(seconds) if seconds is not None else "",
        f"cost {cost.normalize():,f}" if cost is not None else "",
    )
    return ", ".join(part for part in parts if part)


def history_of(
    ask: ActionRequest, *, after: datetime | None = None
) -> list[HistoryLine]:
    """Return what the log says of a request, newest first."""
    events = Event.objects.filter(
        subject_type=ask._meta.model_name, subject_id=str(ask.pk)
    ).order_by("-epoch", "-xact", "-id")
    if after is not None:
        events = events.filter(at__gt=after)
    shown = list(events[:_HISTORY_SHOWN])
    people = User.objects.in_bulk({event.person_id for event in shown} - {None})
    return [
        HistoryLine(
            who=str(people.get(event.person_id, event.actor_name)),
            words=words_of(event.verb, event.facts),
            at=event.at,
        )
        for event in shown
    ]


def changes_since_seen(
    ask: ActionRequest, *, person: User, version: int
) -> list[HistoryLine]:
    """Return what happened to a card after the person last saw `version` of it."""
    seen = (
        Event.objects.filter(
            subject_type=ask._meta.model_name,
            subject_id=str(ask.pk),
            verb="request.opened",
            person_id=person.pk,
            facts__version=version,
        )
        .order_by("-id")
        .first()
    )
    lines = history_of(ask, after=seen.at if seen else None)
    return [line for line in lines if not line.words.startswith("Opened")]


def _evidence_lines(
    ask: ActionRequest, words: CardWords | None, now: datetime
) -> list[EvidenceLine]:
    return [_evidence_line(row, words, now) for row in ask.evidence.all()]


def _evidence_line(
    row: Evidence, words: CardWords | None, now: datetime
) -> EvidenceLine:
    said = words.contents.evidence[row.position] if words else {}
    return EvidenceLine(
        name=said.get("name", f"Evidence {row.position + 1}"),
        value=_unpacked(said.get("value", "")),
        source=said.get("source", ""),
        observed_at=row.observed_at,
        max_age_s=row.limit_s,
        is_stale=is_stale(row.observed_at, row.limit_s, now),
        judged_at=now,
    )


# Any: a tool's answer is its own JSON.
def _unpacked(value: Any) -> Any:
    """JSON that came as a text is shown as the tree it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def _precondition_lines(
    ask: ActionRequest, words: CardWords | None
) -> list[PreconditionLine]:
    holder = ask.grant_holder
    rows = list(holder.preconditions.all())
    own = words.contents.preconditions if words and holder.pk == ask.pk else []
    return [
        PreconditionLine(
            name=own[row.position] if own else f"Precondition {row.position + 1}",
            checked_at=row.checked_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def _decision_lines(
    ask: ActionRequest, decisions: Sequence[Decision], words: CardWords | None
) -> list[DecisionLine]:
    return [
        DecisionLine(
            who=str(decision.person),
            verdict=decision.verdict,
            reason=reason_words(decision.verdict, decision.reason_code),
            comment=words.comments[decision.pk] if words else "",
            made_at=decision.made_at,
            counts=decision.round == ask.round
            and decision.verdict in ("approve", "edit"),
        )
        for decision in decisions
    ]


def _note_lines(notes: Sequence[Note], words: CardWords | None) -> list[NoteLine]:
    return [
        NoteLine(str(note.person), words.notes[note.pk] if words else "", note.made_at)
        for note in notes
    ]


def _steps(ask: ActionRequest, outcome: Outcome | None) -> list[Step]:
    return steps_of(
        ask,
        Delivery.objects.filter(ask=ask).first(),
        Grant.objects.filter(ask=ask.grant_holder).first(),
        outcome,
    )


def wake_choices(ask: ActionRequest, now: datetime) -> list[tuple[int, str]]:
    """Return how long a request may be put off, in seconds, with words for each.

    Only what leaves a minute before the deadline; empty when it is too late to defer.
    """
    left = ask.expires_at - now - timedelta(minutes=2)
    fixed = [(900, "15 minutes"), (3600, "1 hour"), (4 * 3600, "4 hours")]
    choices = [pair for pair in fixed if timedelta(seconds=pair[0]) <= left]
    half = int((ask.expires_at - now).total_seconds() / 2)
    if timedelta(seconds=half) <= left and half >= 60:
        choices.append((half, "half of the time that is left"))
    return choices
