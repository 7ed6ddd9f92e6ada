"""What the server says, as frozen dataclasses. `raw` keeps fields added later."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ._json import JsonObject, JsonValue


class Status(StrEnum):
    """Where a request stands; the words of the HTTP contract."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"
    LAPSED = "lapsed"
    REDEEMED = "redeemed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SETTLED = "settled"


# The act was carried out, or tried, and what came of it is on record.
CONCLUDED = frozenset({Status.SUCCEEDED, Status.FAILED, Status.SETTLED})

# Reasons for which an approval is taken back, other than that a person revoked it.
VOIDS = frozenset({"changed", "contained", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's (or a policy's) final word."""

    verdict: str
    arguments: JsonObject | None
    arguments_digest: str | None
    message: str
    reason_code: str | None
    decided_at: datetime | None
    decided_by: str | None
    execute_before: datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act. `settlement` is what a person found, if one had to look."""

    status: str
    result: JsonValue = None
    effects: tuple[JsonObject, ...] = ()
    usage: JsonObject | None = None
    settlement: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One ask, as the server has it now."""

    id: str
    status: Status
    queue: str | None = None
    risk_class: str | None = None
    policy_version: str | None = None
    expires_at: datetime | None = None
    expected_wait_s: float | None = None
    position: int | None = None
    url: str | None = None
    decided_by: str | None = None
    decision: Decision | None = None
    outcome: Outcome | None = None
    raw: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)

    @property
    def reason_code(self) -> str | None:
        """Why it was decided so, as a code."""
        return self.decision.reason_code if self.decision else None

    @property
    def end(self) -> str:
        """How it stands, with what is hidden in `voided` told apart."""
        hidden = self.status is Status.VOIDED and self.reason_code in VOIDS
        return str(self.reason_code if hidden else self.status)


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave to run once, with these arguments and no others."""

    grant_id: str
    arguments: JsonObject
    execute_before: datetime | None


@dataclass(frozen=True, slots=True)
class Containment:
    """An order to stop, in force now."""

    id: str
    scope: str | None
    level: str | None
    tool: str | None
    environment: str | None
    ordered_at: datetime | None
    raw: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event. Give `id` back as `after=` to read on from here."""

    id: str
    kind: str
    data: JsonValue
