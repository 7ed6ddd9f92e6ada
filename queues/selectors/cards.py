"""One request as a card: all that is needed to judge it, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from queues.models import ActionRequest, Delivery, Grant, Outcome, Status
from queues.selectors.acts import Acts, acts_of
from queues.selectors.card_lines import (
    DecisionLine,
    EvidenceLine,
    NoteLine,
    PreconditionLine,
    decision_lines,
    evidence_lines,
    fold_evidence,
    note_lines,
    precondition_lines,
)
from queues.selectors.card_words import CardWords, open_card_words
from queues.selectors.conversations import (
    Conversation,
    asked_together,
    conversation_of,
)
from queues.selectors.histories import HistoryLine, history_of
from queues.selectors.reading import open_headlines, queues_read_by, summary_of
from queues.selectors.similar import (
    LookAlike,
    PastDecision,
    Record,
    alike_lines,
    asked_alike,
    decided_about_subject,
    decided_on_tool,
    past_lines,
    record_of,
)
from queues.selectors.steps import Step, steps_of
from reviewapp.core.look.spans import words_for
from reviewapp.core.models import User
from reviewapp.core.words import Keyring
from systems.models import Credential
from systems.selectors import credential_of

_RUNS_TITLES = {
    Status.PENDING: "What will run",
    Status.APPROVED: "What may run",
    Status.REDEEMED: "What is running",
    Status.SUCCEEDED: "What ran",
    Status.FAILED: "What ran, and failed",
    Status.UNCERTAIN: "What may have run",
    Status.SETTLED: "What may have run",
}


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
    conversation: Conversation
    record: Record
    steps: list[Step]
    history: list[HistoryLine]
    outcome: Outcome | None
    acts: Acts
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
    def evidence_folded(self) -> tuple[Sequence[EvidenceLine], Sequence[EvidenceLine]]:
        return fold_evidence(self.evidence)

    @property
    def has_long_evidence(self) -> bool:
        return any(not line.is_short for line in self.evidence)

    @property
    def limited(self) -> int:
        """How many pieces of evidence have a limit to be judged by."""
        return sum(line.max_age_s is not None for line in self.evidence)

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
    def read_beside(self) -> list[UUID]:
        """Other requests that the card shows in words."""
        past = [*self.of_tool, *self.of_subject]
        return [
            *(line.id for line in past if line.has_words),
            *(line.id for line in self.lookalikes if line.has_words),
            *(line.id for line in self.conversation.others if line.has_words),
        ]

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

    About seventeen queries, whatever the size. `ask` comes with system, queue, policy,
    holder, requester and merged_into selected.
    """
    readable = queues_read_by(person)
    keyring = Keyring.of([ask.pk] if ask.queue_id in readable else [])
    decisions = list(ask.decisions.select_related("person"))
    notes = list(ask.notes.select_related("person"))
    outcome = Outcome.objects.select_related("settled_by").filter(ask=ask).first()
    grants = Grant.objects.select_related("redeemed_by")
    grant = grants.filter(ask=ask.grant_holder).first()
    words = (
        open_card_words(
            ask,
            keyring,
            reader=person,
            decisions=decisions,
            notes=notes,
            outcome=outcome,
        )
        if keyring.has(ask.pk)
        else None
    )
    of_tool = decided_on_tool(ask, person)
    of_subject = decided_about_subject(ask, person)
    alike, together = asked_alike(ask), asked_together(ask, person)
    past = [decision.ask for decision in (*of_tool, *of_subject)]
    beside = {one.pk: one for one in (*past, *alike, *together)}
    headlines = open_headlines(list(beside.values()), readable)
    return RequestCard(
        ask=ask,
        words=words,
        words_gone=words is None and ask.queue_id in readable,
        credential=credential_of(ask.system, ask.credential)
        if ask.credential
        else None,
        evidence=evidence_lines(ask, words, ask.decided_at or now),
        preconditions=precondition_lines(ask, words),
        decisions=decision_lines(ask, decisions, words),
        notes=note_lines(notes, words),
        of_tool=past_lines(of_tool, ask, headlines),
        of_subject=past_lines(of_subject, ask, headlines),
        lookalikes=alike_lines(alike, headlines),
        conversation=conversation_of(ask, together, headlines),
        record=record_of(ask, person),
        steps=steps_of(ask, Delivery.objects.filter(ask=ask).first(), grant, outcome),
        history=history_of(ask),
        outcome=outcome,
        acts=acts_of(ask, grant, outcome),
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
