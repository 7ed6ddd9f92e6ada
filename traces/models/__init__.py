"""The tables of the flight recorder."""

from traces.models.access import BreakGlass, BreakGlassQuerySet
from traces.models.batches import Batch, BatchQuerySet, IngestKey, Signal
from traces.models.raises import TierRaise, TierRaiseQuerySet
from traces.models.retention import (
    Keeping,
    KeepReason,
    KeepShare,
    Preservation,
    RetentionPolicy,
    Tombstone,
)
from traces.models.traces import (
    Quarantined,
    Segment,
    State,
    ToolCall,
    Trace,
    TraceQuerySet,
    Words,
)

__all__ = [
    "Batch",
    "BatchQuerySet",
    "BreakGlass",
    "BreakGlassQuerySet",
    "IngestKey",
    "KeepReason",
    "KeepShare",
    "Keeping",
    "Preservation",
    "Quarantined",
    "RetentionPolicy",
    "Segment",
    "Signal",
    "State",
    "TierRaise",
    "TierRaiseQuerySet",
    "Tombstone",
    "ToolCall",
    "Trace",
    "TraceQuerySet",
    "Words",
]
