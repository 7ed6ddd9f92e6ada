"""Risk classes: what kind of damage a request could do. Pure rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices

ENVIRONMENTS_BY_DANGER = ("test", "development", "staging", "production")
REVERSIBILITY_BY_DANGER = ("reversible", "compensable", "irreversible")


class RiskClass(TextChoices):
    READ = "read", "Read"
    REVERSIBLE_WRITE = "reversible_write", "Reversible write"
    IRREVERSIBLE_WRITE = "irreversible_write", "Irreversible write"
    MONEY = "money", "Money"
    BROADCAST = "broadcast", "Broadcast"
    ACCESS = "access", "Access"
    DESTRUCTIVE = "destructive", "Destructive"


# Which of two classes wins where a request is of both.
_BY_DANGER = tuple(RiskClass)

# In production a person must have had the reason for these before their eyes.
WEIGHTY = frozenset(
    {
        RiskClass.IRREVERSIBLE_WRITE,
        RiskClass.MONEY,
        RiskClass.BROADCAST,
        RiskClass.ACCESS,
        RiskClass.DESTRUCTIVE,
    }
)

# What a doubtful credential makes of a class: one step worse, so that a stricter
# clock, more approvals and a louder look apply.
RAISED: dict[RiskClass, RiskClass] = {
    RiskClass.READ: RiskClass.ACCESS,
    RiskClass.REVERSIBLE_WRITE: RiskClass.IRREVERSIBLE_WRITE,
    RiskClass.IRREVERSIBLE_WRITE: RiskClass.DESTRUCTIVE,
    RiskClass.MONEY: RiskClass.DESTRUCTIVE,
    RiskClass.BROADCAST: RiskClass.DESTRUCTIVE,
    RiskClass.ACCESS: RiskClass.DESTRUCTIVE,
    RiskClass.DESTRUCTIVE: RiskClass.DESTRUCTIVE,
}


@dataclass(frozen=True, slots=True)
class Hazard:
    """The facts a risk class is computed from.

    `effect` is the tool's registered effect, empty when the tool is not known yet;
    `credential_environment` is None when no credential was named, and empty when the
    one named is not registered for the system. `sums`: the limits on sums that are
    reached with this request, as reason and class ("": one step worse).
    """

    effect: str
    category: str
    tool_reversibility: str
    declared_reversibility: str
    declared_environment: str
    credential_environment: str | None
    amount: Decimal | None
    recipients: int | None
    broadcast_recipients: int
    sums: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RiskReading:
    """A class, where the act would really land, and why, as codes."""

    risk_class: RiskClass
    environment: str
    reversibility: str
    reasons: tuple[str, ...]


def read_risk(hazard: Hazard) -> RiskReading:
    """Compute the risk class; the more dangerous of two statements always wins."""
    reversibility = _worse(
        REVERSIBILITY_BY_DANGER,
        hazard.tool_reversibility,
        hazard.declared_reversibility,
    )
    environment = _worse(
        ENVIRONMENTS_BY_DANGER,
        hazard.credential_environment or "",
        hazard.declared_environment,
    )
    doubts = _doubts(hazard, reversibility)
    risk_class = _base_class(hazard, reversibility)
    if {"credential_unknown", "credential_elsewhere"} & set(doubts):
        risk_class = RAISED[risk_class]
    for reason, becomes in hazard.sums:
        worse = RiskClass(becomes) if becomes else RAISED[risk_class]
        risk_class = max(risk_class, worse, key=_BY_DANGER.index)
        doubts.append(reason)
    return RiskReading(risk_class, environment, reversibility, tuple(doubts))


def _worse(scale: tuple[str, ...], one: str, other: str) -> str:
    return max((word for word in (one, other) if word), key=scale.index)


def _doubts(hazard: Hazard, reversibility: str) -> list[str]:
    doubts = []
    if not hazard.effect:
        doubts.append("tool_unknown")
    elif hazard.effect == "read" and _is_more_than_a_read(hazard, reversibility):
        doubts.append("more_than_a_read")
    if hazard.credential_environment == "":
        doubts.append("credential_unknown")
    elif hazard.credential_environment not in (None, hazard.declared_environment):
        doubts.append("credential_elsewhere")
    if reversibility != hazard.declared_reversibility:
        doubts.append("harder_to_undo_than_declared")
    return doubts


def _base_class(hazard: Hazard, reversibility: str) -> RiskClass:
    if hazard.effect == "destructive":
        return RiskClass.DESTRUCTIVE
    if hazard.effect == "read" and not _is_more_than_a_read(hazard, reversibility):
        return RiskClass.READ
    if hazard.effect == "broadcast" or _reaches_many(hazard):
        return RiskClass.BROADCAST
    if hazard.category == "money" or hazard.amount:
        return RiskClass.MONEY
    if hazard.category == "access":
        return RiskClass.ACCESS
    if hazard.effect == "write" and reversibility == "reversible":
        return RiskClass.REVERSIBLE_WRITE
    return RiskClass.IRREVERSIBLE_WRITE


def _is_more_than_a_read(hazard: Hazard, reversibility: str) -> bool:
    """A tool registered as a read, of which the agent says what no read would do."""
    moves = bool(hazard.amount) or _reaches_many(hazard)
    return moves or reversibility != "reversible"


def _reaches_many(hazard: Hazard) -> bool:
    return (hazard.recipients or 0) >= hazard.broadcast_recipients
