"""What an agent hands in, checked and typed by the door that took it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

Json = dict[str, Any]  # Any: arguments and schemas are the agent's own JSON.


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A fact the request rests on. `max_age_s` is the agent's own limit, in seconds."""

    name: str
    value: Any
    observed_at: datetime
    max_age_s: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The state of something the approval rests on, as a text only ever compared."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One request as submitted; field names follow the HTTP contract."""

    key: str
    tool: str
    arguments: Json
    environment: str
    reversibility: str
    summary: str = ""
    schema: Json | None = None
    diff: tuple[Json, ...] = ()
    run_id: str = ""
    trace_id: str = ""
    span_id: str = ""
    conversation_id: str = ""
    subject_ref: str = ""
    on_behalf_of: str = ""
    credential: str = ""
    justification: str = ""
    reasoning: str = ""
    amount: Decimal | None = None
    currency: str = ""
    records: int | None = None
    recipients: int | None = None
    undo: Json | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    preconditions: tuple[Fingerprint, ...] = ()
    allowed: tuple[str, ...] = ("approve", "edit", "reject", "answer")
    queue: str = ""
    decide_within_s: int | None = None
    execute_within_s: int | None = None
    report_within_s: int | None = None
    on_timeout: str = ""
    callback_url: str = ""
    estimate_tokens: int | None = None
    estimate_seconds: int | None = None
    estimate_cost: Decimal | None = None
    synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """The words that lists show to those who may read them."""

    summary: str = ""
    subject_ref: str = ""
    on_behalf_of: str = ""
    conversation_id: str = ""

    LABEL = "headline"

    @classmethod
    def of(cls, given: Submission) -> Headline:
        return cls(
            given.summary,
            given.subject_ref,
            given.on_behalf_of,
            given.conversation_id,
        )

    def as_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Contents:
    """The words that a card shows to those who may read them."""

    arguments: Json
    schema: Json | None = None
    diff: list[Json] = field(default_factory=list)
    justification: str = ""
    reasoning: str = ""
    undo: Json | None = None
    # [{"name", "value", "source"}], by the position of the Evidence row
    evidence: list[Json] = field(default_factory=list)
    # Names, by the position of the Precondition row
    preconditions: list[str] = field(default_factory=list)
    callback_url: str = ""

    LABEL = "contents"

    @classmethod
    def of(cls, given: Submission, schema: Json | None) -> Contents:
        """`schema`: the submission's, else the one registered for the tool."""
        return cls(
            arguments=given.arguments,
            schema=schema,
            diff=list(given.diff),
            justification=given.justification,
            reasoning=given.reasoning,
            undo=given.undo,
            evidence=[
                {"name": item.name, "value": item.value, "source": item.source}
                for item in given.evidence
            ],
            preconditions=[item.name for item in given.preconditions],
            callback_url=given.callback_url,
        )

    def as_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome an agent reports. `effects`: pairs of system and reference."""

    status: str
    result: Any = None
    effects: tuple[tuple[str, str], ...] = ()
    tokens: int | None = None
    seconds: int | None = None
    cost: Decimal | None = None
