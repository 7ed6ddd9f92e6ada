"""What an agent says when it asks, and the body that says it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Required, TypedDict

from ._errors import UsageError
from ._json import JsonObject, plain_object

# Arguments of a tool call: any JSON object. Any, so that callers' `lambda a: a["id"]`
# needs no cast; `plain` checks the values before anything is sent.
Arguments = Mapping[str, Any]

Environment = Literal["production", "staging", "development", "test"]
Reversibility = Literal["reversible", "compensable", "irreversible"]


class Impact(TypedDict, total=False):
    """How much is at stake. `amount` is a decimal in a string."""

    amount: str
    currency: str
    records: int
    recipients: int


class Evidence(TypedDict, total=False):
    """A fact the ask rests on, when it was seen, and how long it may be believed.

    Without `observed_at` it counts as seen when it is sent.
    """

    name: Required[str]
    value: Required[Any]  # any JSON
    observed_at: datetime | str
    max_age_s: int
    source: str


class Precondition(TypedDict):
    """A fingerprint of something the approval rests on: an ETag, a row version."""

    name: str
    fingerprint: str


class Change(TypedDict, total=False):
    """One line of a before/after comparison."""

    path: Required[str]
    before: Any  # any JSON
    after: Any  # any JSON


class Undo(TypedDict):
    """The call that would make up for this one."""

    tool: str
    arguments: Arguments


class Estimate(TypedDict, total=False):
    """What the act is expected to take. `cost` is a decimal in a string."""

    tokens: int
    seconds: int
    cost: str


class Ask(TypedDict, total=False):
    """The fields of `POST /api/v1/requests`, flat; only four are needed."""

    tool: Required[str]
    arguments: Required[Arguments]
    environment: Required[Environment]
    reversibility: Required[Reversibility]
    summary: str
    schema: Mapping[str, Any] | None
    diff: Sequence[Change]
    run_id: str
    trace_id: str
    span_id: str
    conversation_id: str
    subject_ref: str
    on_behalf_of: str
    credential: str
    justification: str
    reasoning: str
    impact: Impact
    undo: Undo | None
    evidence: Sequence[Evidence]
    preconditions: Sequence[Precondition] | Mapping[str, str]
    allowed: Sequence[str]
    queue: str
    decide_within_s: int
    execute_within_s: int
    report_within_s: int
    on_timeout: Literal["reject", "expire", "escalate"]
    callback_url: str
    estimate: Estimate
    synthetic: bool


_ACTION = ("tool", "arguments", "summary", "schema", "diff")


def body_of(ask: Mapping[str, Any]) -> JsonObject:
    """Return the body for `ask`, checked and copied; raises UsageError.

    Fields that are None are left out.
    """
    _refuse_strangers(ask)
    given = {name: value for name, value in ask.items() if value is not None}
    if "evidence" in given:
        given["evidence"] = evidence_of(given["evidence"])
    if "preconditions" in given:
        given["preconditions"] = preconditions_of(given["preconditions"])
    body = plain_object(given, "ask")
    action = {name: body.pop(name) for name in _ACTION if name in body}
    return {"action": action, **body}


def evidence_of(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return evidence with times of observation as RFC 3339 text."""
    return [_dated(item) for item in evidence]


def _dated(item: Evidence) -> Evidence:
    if "observed_at" not in item:
        return item
    return {**item, "observed_at": _instant(item["observed_at"])}


def preconditions_of(
    given: Sequence[Precondition] | Mapping[str, str],
) -> list[Precondition]:
    """Return preconditions as a list; a mapping is name → fingerprint."""
    if isinstance(given, Mapping):
        return [{"name": name, "fingerprint": mark} for name, mark in given.items()]
    return list(given)


def _refuse_strangers(ask: Mapping[str, object]) -> None:
    strangers = ask.keys() - Ask.__annotations__.keys()
    missing = Ask.__required_keys__ - ask.keys()
    if strangers:
        raise UsageError(f"unknown fields: {', '.join(sorted(strangers))}")
    if missing:
        raise UsageError(f"missing fields: {', '.join(sorted(missing))}")


def _instant(moment: datetime | str) -> str:
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise UsageError(f"observed_at {moment} has no time zone")
    return moment.isoformat()
