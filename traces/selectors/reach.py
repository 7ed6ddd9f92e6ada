"""How far a person reaches into a trace now, and by what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reviewapp.core.models import User
from systems.models import Environment
from traces.models import BreakGlass, TierRaise, Trace
from traces.spans import WordClass
from traces.tiers import Clarity, RaiseKind, Standing, Tier, clarity, raised_by, tier_of

_BY_ROLE = "role"


@dataclass(frozen=True, slots=True)
class Reach:
    """A tier, and what it rests on: `why` is "role" or a kind of raise.

    `opening` is the row of that raise and `until` its end. `cap` is the lowest cap,
    `wanted` the tier that would be there without caps.
    """

    tier: Tier
    why: str = _BY_ROLE
    opening: UUID | None = None
    until: datetime | None = None
    cap: int | None = None
    wanted: Tier = Tier.SHAPE

    def clarity_of(self, words: WordClass) -> Clarity:
        return clarity(self.tier, words)

    @property
    def is_capped(self) -> bool:
        """True if a policy or label, and not the person's roles, keeps words back."""
        return self.tier < self.wanted

    @property
    def reads_words(self) -> bool:
        return self.tier > Tier.SHAPE


def reach_of(person: User, trace: Trace, now: datetime) -> Reach:
    """Return the person's reach into a trace whose system is loaded. Two queries."""
    return reaches_of(person, [trace], now)[trace.pk]


def reaches_of(
    person: User, traces: Iterable[Trace], now: datetime
) -> dict[UUID, Reach]:
    """Return the person's reach into each of the traces. Two queries for any number."""
    traces = list(traces)
    raises = list(TierRaise.objects.running(person, now))
    glasses = {
        glass.trace_key: glass
        for glass in BreakGlass.objects.filter(
            person=person, trace_key__in=[trace.pk for trace in traces]
        ).open_at(now)
    }
    return {
        trace.pk: _reach(
            person,
            trace,
            [one for one in raises if one.covers(trace)],
            glasses.get(trace.pk),
        )
        for trace in traces
    }


def _reach(
    person: User, trace: Trace, raises: list[TierRaise], glass: BreakGlass | None
) -> Reach:
    standing = standing_of(person, trace, raises, glass)
    kind = raised_by(standing)
    rests_on = _resting(kind, raises, glass)
    return Reach(
        tier=tier_of(standing),
        why=kind or _BY_ROLE,
        opening=rests_on.pk if rests_on else None,
        until=rests_on.until if rests_on else None,
        cap=min(standing.caps, default=None),
        wanted=tier_of(
            Standing(standing.roles, standing.is_production, raises=standing.raises)
        ),
    )


def standing_of(
    person: User, trace: Trace, raises: Iterable[TierRaise], glass: BreakGlass | None
) -> Standing:
    """Return all that decides a tier.

    The environment is that of the key's system when the trace came, and now: neither
    moving a system out of production nor into it opens what production said.
    """
    environments = {trace.environment, trace.system.environment}
    raised: dict[RaiseKind, int] = {}
    for one in raises:
        kind = RaiseKind(one.kind)
        raised[kind] = max(one.tier, raised.get(kind, 0))
    if glass is not None:
        raised[RaiseKind.GLASS] = (
            Tier.FULL if glass.gives_reasoning else Tier.INVESTIGATION
        )
    caps = (trace.system.words_tier, trace.label_tier)
    return Standing(
        roles=person.roles,
        is_production=Environment.PRODUCTION in environments,
        caps=tuple(cap for cap in caps if cap is not None),
        raises=raised,
    )


def _resting(
    kind: RaiseKind | None, raises: list[TierRaise], glass: BreakGlass | None
) -> TierRaise | BreakGlass | None:
    if kind is RaiseKind.GLASS:
        return glass
    of_kind = [one for one in raises if one.kind == kind]
    return max(of_kind, key=lambda one: one.until, default=None)
