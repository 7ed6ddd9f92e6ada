"""What came of a request: the leave, the tool call that ran, and what was reported.

Nothing here reads words: tools, times and digests stand in clear on both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from queues.acts import Doubt, Leave, bearing, doubts_of
from queues.models import ActionRequest, Grant, Outcome
from queues.models.asks import ActionRequestQuerySet
from reviewapp.core.digests import call_digest
from reviewapp.core.models import User
from traces.calls import Call, Found, Match, Sought
from traces.models import Trace
from traces.selectors.calls import find_calls, trace_key_of

# More than anybody reads of one run.
_MOST = 100


@dataclass(frozen=True, slots=True)
class Acts:
    """One request with what was done under its leave, or without one."""

    ask: ActionRequest
    grant: Grant | None
    outcome: Outcome | None
    found: Found
    doubts: frozenset[Doubt]

    @property
    def calls(self) -> Sequence[Call]:
        return self.found.calls

    @property
    def is_spent(self) -> bool:
        return self.grant is not None and self.grant.redeemed_at is not None

    @property
    def anything(self) -> bool:
        """A leave that was used, or something that ran all the same."""
        return self.is_spent or bool(self.calls)

    @property
    def is_as_granted(self) -> bool:
        """Something ran, once, and nothing speaks against its being what was meant."""
        return self.is_spent and bool(self.calls) and not self.doubts

    @property
    def is_guessed(self) -> bool:
        """Only tool and run speak for these calls being the ones."""
        return self.found.match is Match.TOOL

    @property
    def wrongs(self) -> list[Doubt]:
        return [doubt for doubt in Doubt if doubt in self.doubts and doubt.is_wrong]

    @property
    def unsettled(self) -> list[Doubt]:
        return [doubt for doubt in Doubt if doubt in self.doubts and not doubt.is_wrong]


def acts_of(ask: ActionRequest, grant: Grant | None, outcome: Outcome | None) -> Acts:
    """Return what came of one request. Two queries.

    `grant` is its family's, with `redeemed_by` selected.
    """
    grants = {grant.ask_id: grant} if grant else {}
    outcomes = {ask.pk: outcome} if outcome else {}
    return _acts([ask], [ask, *_asked_in_run(ask)], grants, outcomes)[0]


def acts_in_run(trace: Trace, person: User) -> list[Acts]:
    """Return what a run asked for that the person may see, in order. Five queries."""
    run = _of_run(trace.system_id, trace.trace_id.hex)
    shown = list(run.visible_to(person).order_by("created_at", "pk")[:_MOST])
    if not shown:
        return []
    everybody = list(run)
    holders = {one.merged_into_id or one.pk for one in everybody}
    grants = Grant.objects.filter(ask__in=holders).select_related("redeemed_by")
    outcomes = Outcome.objects.filter(ask__in=[ask.pk for ask in shown])
    return _acts(
        shown,
        everybody,
        {grant.ask_id: grant for grant in grants},
        {outcome.ask_id: outcome for outcome in outcomes},
    )


def _of_run(system_id: UUID, trace_id: str) -> ActionRequestQuerySet:
    return ActionRequest.objects.filter(system_id=system_id, trace_id=trace_id)


def _asked_in_run(ask: ActionRequest) -> list[ActionRequest]:
    """What else the run asked to do with the tool: its calls are not this one's."""
    if not ask.trace_id:
        return []
    run = _of_run(ask.system_id, ask.trace_id)
    return list(run.filter(tool=ask.tool).exclude(pk=ask.pk)[:_MOST])


def _acts(
    shown: Sequence[ActionRequest],
    run: Iterable[ActionRequest],
    grants: Mapping[UUID, Grant],
    outcomes: Mapping[UUID, Outcome],
) -> list[Acts]:
    """A family of look-alikes has one leave, and so one call to be found."""
    families: dict[UUID, list[ActionRequest]] = {}
    for ask in run:
        families.setdefault(ask.merged_into_id or ask.pk, []).append(ask)
    sought = [
        _sought(family, holder, grants.get(holder))
        for holder, family in families.items()
    ]
    found = dict(zip(families, find_calls(sought), strict=True))
    return [
        _act(
            ask,
            grants.get(ask.merged_into_id or ask.pk),
            outcomes.get(ask.pk),
            found[ask.merged_into_id or ask.pk],
        )
        for ask in shown
    ]


def _sought(
    family: Sequence[ActionRequest], holder: UUID, grant: Grant | None
) -> Sought:
    first = family[0]
    acted = grant.redeemed_by if grant and grant.redeemed_by else first
    spent_at = grant.redeemed_at if grant else None
    asked = grant.arguments_digest if grant else first.arguments_digest
    return Sought(
        system_id=acted.system_id,
        ids=frozenset({holder, acted.pk, *(ask.pk for ask in family)}),
        trace_key=trace_key_of(acted.system_id, acted.trace_id),
        tool=first.tool,
        digest=call_digest(asked),
        since=spent_at or min(ask.created_at for ask in family),
    )


def _act(
    ask: ActionRequest,
    grant: Grant | None,
    outcome: Outcome | None,
    found: Found,
) -> Acts:
    granted = grant.arguments_digest if grant else ask.arguments_digest
    leave = Leave(
        asked=call_digest(ask.asked_digest),
        granted=call_digest(granted),
        spent_at=grant.redeemed_at if grant else None,
    )
    told = bearing(found, leave)
    reported = outcome.status if outcome else None
    return Acts(ask, grant, outcome, told, doubts_of(told.calls, leave, reported))
