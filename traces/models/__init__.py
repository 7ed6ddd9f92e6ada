"""The tables of the flight recorder."""

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
    "Quarantined",
    "Segment",
    "State",
    "ToolCall",
    "Trace",
    "TraceQuerySet",
    "Words",
]
