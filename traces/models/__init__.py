"""The tables of the flight recorder."""

from traces.models.access import BreakGlass, BreakGlassQuerySet
from traces.models.batches import Batch, BatchQuerySet, IngestKey, Signal
from traces.models.costs import (
    ModelPrice,
    RunReading,
    SpendReading,
    StoragePrice,
    StorageReading,
    Stratum,
)
from traces.models.explanations import Explanation, ExplanationQuerySet
from traces.models.feedback import Feedback, FeedbackQuerySet
from traces.models.quarantine import Quarantined
from traces.models.raises import TierRaise, TierRaiseQuerySet
from traces.models.retention import (
    Keeping,
    KeepReason,
    KeepShare,
    Preservation,
    RetentionPolicy,
    Tombstone,
)
from traces.models.times import TimeReading
from traces.models.traces import (
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
    "Explanation",
    "ExplanationQuerySet",
    "Feedback",
    "FeedbackQuerySet",
    "IngestKey",
    "KeepReason",
    "KeepShare",
    "Keeping",
    "ModelPrice",
    "Preservation",
    "Quarantined",
    "RetentionPolicy",
    "RunReading",
    "Segment",
    "Signal",
    "SpendReading",
    "State",
    "StoragePrice",
    "StorageReading",
    "Stratum",
    "TierRaise",
    "TierRaiseQuerySet",
    "TimeReading",
    "Tombstone",
    "ToolCall",
    "Trace",
    "TraceQuerySet",
    "Words",
]
