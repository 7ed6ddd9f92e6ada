"""Celery doors of the flight recorder."""

from __future__ import annotations

from django.utils import timezone

from reviewapp.core.lanes import lane_task
from traces.services import digesting, ingest_keys, settling

# A message wakes a worker, which goes on while there is work; beat's come anyway.
_DIGESTS_FOR_S = 20.0


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
