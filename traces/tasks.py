"""Celery doors of the flight recorder."""

from __future__ import annotations

from django.utils import timezone

from reviewapp.core.lanes import lane_task
from traces.services import (
    break_glass,
    digesting,
    expiring,
    gone_keys,
    ingest_keys,
    readings,
    sampling,
    settling,
    time_readings,
)

# A message wakes a worker, which goes on while there is work; beat's come anyway.
_DIGESTS_FOR_S = 20.0
# Other sweeps of the lane must not wait; what is left is found the next time.
_LETS_GO_FOR_S = 20.0


@lane_task(name="traces.digest_batches", lane="ingest", time_limit=120)
def digest_batches() -> int:
    return digesting.digest_batches(_DIGESTS_FOR_S)


@lane_task(name="traces.settle", lane="ingest", time_limit=120)
def settle() -> int:
    """Count what several batches brought for one trace."""
    return settling.settle_traces()


@lane_task(name="traces.destroy_ingest_keys", lane="sweep", time_limit=60)
def destroy_ingest_keys() -> int:
    return ingest_keys.destroy_ingest_keys(timezone.now())


@lane_task(name="traces.sweep_break_glass", lane="sweep", time_limit=30)
def sweep_break_glass() -> int:
    return break_glass.sweep_break_glass()


@lane_task(name="traces.sweep_retention", lane="sweep", time_limit=120)
def sweep_retention() -> dict[str, int]:
    return expiring.sweep_retention(_LETS_GO_FOR_S)


@lane_task(name="traces.sweep_sampling", lane="sweep", time_limit=120)
def sweep_sampling() -> int:
    return sampling.sweep_sampling(_LETS_GO_FOR_S)


# It may look at every row there is, so it stands before nothing that is due.
@lane_task(name="traces.read_costs", lane="default", time_limit=900)
def read_costs() -> int:
    return readings.read_costs()


@lane_task(name="traces.read_times", lane="default", time_limit=300)
def read_times() -> int:
    return time_readings.read_times()


@lane_task(name="traces.destroy_gone_keys", lane="default", time_limit=900)
def destroy_gone_keys() -> int:
    return gone_keys.destroy_gone_keys()
