"""Who may read what of a trace: tiers, classes, clarities (docs/access.md). Pure.

Deny by default: a role without a line here, a class that is not in the table and a
condition that nobody proved all come to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from reviewapp.core.permissions import Role
from traces.spans import WordClass


class Clarity(IntEnum):
    """How much of a text somebody reads. Masked: without personal data and secrets."""

    NONE = 0
    MASKED = 1
    CLEAR = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Tier(IntEnum):
    SHAPE = 0
    CONVERSATION = 1
    EXPLANATION = 2
    INVESTIGATION = 3
    FULL = 4


class RaiseKind(StrEnum):
    """What lifts a person above their roles for a while."""

    HOLD = "hold"  # they hold the request that the trace belongs to
    REFERENCE = "reference"  # they named a ticket or case, bound to one subject
    INCIDENT = "incident"  # a declared incident that the trace belongs to
    GLASS = "glass"  # break-glass


_NONE, _MASKED, _CLEAR = Clarity.NONE, Clarity.MASKED, Clarity.CLEAR
# Opaque words (signatures, encrypted or redacted reasoning) stand in no line: they are
# size and digest to everybody.
_TABLE: Mapping[Tier, Mapping[WordClass, Clarity]] = {
    tier: dict(
        zip(
            (WordClass.DIALOGUE, WordClass.TOOLS, WordClass.REASONING),
            clarities,
            strict=True,
        )
    )
    for tier, clarities in {
        Tier.SHAPE: (_NONE, _NONE, _NONE),
        Tier.CONVERSATION: (_MASKED, _MASKED, _NONE),
        Tier.EXPLANATION: (_MASKED, _MASKED, _MASKED),
        Tier.INVESTIGATION: (_CLEAR, _CLEAR, _MASKED),
        Tier.FULL: (_CLEAR, _CLEAR, _CLEAR),
    }.items()
}

# What a role reads by itself; roles that are not here read the shape.
_ROLE_TIERS = {
    Role.SUPPORT: Tier.CONVERSATION,
    Role.SUPPORT_LEAD: Tier.EXPLANATION,
    Role.ENGINEER: Tier.INVESTIGATION,
    Role.COMMANDER: Tier.INVESTIGATION,
    Role.PRIVACY_OFFICER: Tier.FULL,
}

# Which roles a raise lifts, and how far at most. Break-glass lifts anybody.
_LIFTS = {
    RaiseKind.HOLD: (frozenset({Role.REVIEWER, Role.LEAD}), Tier.EXPLANATION),
    RaiseKind.REFERENCE: (
        frozenset({Role.SUPPORT, Role.SUPPORT_LEAD}),
        Tier.EXPLANATION,
    ),
    RaiseKind.INCIDENT: (frozenset({Role.COMMANDER}), Tier.FULL),
    RaiseKind.GLASS: (frozenset(Role), Tier.FULL),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides the tier of one person on one trace.

    `raises` are those that run now, each with the tier it was given for. `caps` are the
    highest tiers that the system's policy and the trace's label allow. `is_production`:
    of the system whose key sent the trace; never what the trace says of itself.
    """

    roles: frozenset[Role]
    is_production: bool = True
    caps: tuple[int, ...] = ()
    raises: Mapping[RaiseKind, int] = field(default_factory=dict)


def clarity(tier: int, words: WordClass) -> Clarity:
    """Return how clearly somebody at this tier reads words of this class."""
    return _TABLE[Tier(tier)].get(words, Clarity.NONE)


def tier_of(standing: Standing) -> Tier:
    """Return the effective tier.

    The lowest of what roles and raises give and of what the caps allow. Break-glass
    alone goes beyond the caps: that is what it is for; it has a reason and an end.
    """
    raised = {kind: _lifted(standing, kind) for kind in standing.raises}
    glass = raised.pop(RaiseKind.GLASS, Tier.SHAPE)
    by_roles = (_tier_of_role(standing, role) for role in standing.roles)
    given = max((*by_roles, *raised.values()), default=Tier.SHAPE)
    return max(glass, Tier(min((given, *standing.caps))))


def raised_by(standing: Standing) -> RaiseKind | None:
    """Return the raise that the effective tier rests on; None if roles alone do."""
    whole = tier_of(standing)
    if tier_of(replace(standing, raises={})) == whole:
        return None
    return next(
        kind
        for kind in RaiseKind
        if kind in standing.raises
        and tier_of(replace(standing, raises={kind: standing.raises[kind]})) == whole
    )


def lifts(kind: RaiseKind, roles: frozenset[Role]) -> bool:
    """True if such a raise could give somebody with these roles anything at all."""
    return bool(_LIFTS[kind][0] & roles)


def _lifted(standing: Standing, kind: RaiseKind) -> Tier:
    if not lifts(kind, standing.roles):
        return Tier.SHAPE
    return Tier(min(standing.raises[kind], _LIFTS[kind][1]))


def _tier_of_role(standing: Standing, role: Role) -> Tier:
    if role is Role.ENGINEER and not standing.is_production:
        return Tier.FULL
    return _ROLE_TIERS.get(role, Tier.SHAPE)
