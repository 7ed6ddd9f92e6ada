"""The tables of the flight recorder."""

from traces.models.batches import Batch, BatchQuerySet, IngestKey, Signal
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
    "IngestKey",
    "Quarantined",
    "Segment",
    "Signal",
    "State",
    "ToolCall",
    "Trace",
    "TraceQuerySet",
    "Words",
]
