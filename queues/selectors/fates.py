"""What became of the leave that a run asked for, told to the floor below.

Tool, system, run and status stand in clear: no words are opened for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from queues.models import ActionRequest, Status
from traces.fates import Asked, Fate
from traces.models import Trace

_FATES = {
    Status.PENDING: Fate.WAITS,
    Status.REJECTED: Fate.REFUSED,
    Status.REDEEMED: Fate.USED,
    Status.SUCCEEDED: Fate.USED,
    Status.FAILED: Fate.USED,
    Status.UNCERTAIN: Fate.USED,
    Status.SETTLED: Fate.USED,
}
_COLUMNS = (
    *("tool", "status", "merged_into"),
    *("decided_at", "expires_at", "decided_by_policy"),
)
# Look-alikes of one family have one leave: that of whoever used it counts for all.
_STRONGEST = (Fate.USED, Fate.WAITS, Fate.REFUSED, Fate.UNUSED)


def asked_in_run(trace: Trace, named: Collection[UUID]) -> list[Asked]:
    """Return what a run asked for, and what its spans name. One query."""
    own = Q(trace_id=trace.trace_id.hex) | Q(pk__in=named)
    asks = ActionRequest.objects.filter(own, system=trace.system_id)
    families: dict[UUID, list[ActionRequest]] = {}
    for ask in asks.only(*_COLUMNS).order_by("created_at"):
        families.setdefault(ask.merged_into_id or ask.pk, []).append(ask)
    return [_asked(holder, family) for holder, family in families.items()]


def _asked(holder: UUID, family: Iterable[ActionRequest]) -> Asked:
    family = list(family)
    fates = {_fate_of(ask) for ask in family}
    return Asked(
        tool=family[0].tool,
        ids=frozenset({holder, *(ask.pk for ask in family)}),
        fate=min(fates, key=_STRONGEST.index),
    )


def _fate_of(ask: ActionRequest) -> Fate:
    """Only a person's no is told as one: policy and silence refuse as well."""
    fate = _FATES.get(Status(ask.status), Fate.UNUSED)
    ran_out = ask.decided_at is not None and ask.decided_at >= ask.expires_at
    if fate is Fate.REFUSED and (ask.decided_by_policy or ran_out):
        return Fate.UNUSED
    return fate
