"""Spans as they come, made by hand, and what is read from them."""

from pathlib import Path

import pytest

from traces.dialects import normalise
from traces.otlp import read_spans
from traces.spans import Direction, PartKind, RawEvent, RawSpan, Span

SHARED = Path(__file__).parents[4] / "shared/data"
needs_shared = pytest.mark.skipif(
    not SHARED.exists(), reason="the recorded bodies are not beside the repository"
)


def raw(attributes=None, *, name="", events=(), resource=None, **more):
    """Return a raw span with these attributes; events are (name, attributes)."""
    return RawSpan(
        **{
            "trace_id": bytes(range(16)),
            "span_id": bytes(range(8)),
            "parent_id": b"",
            "name": name,
            "start_ns": 1_000_000_000,
            "end_ns": 3_000_000_000,
            "attributes": attributes or {},
            "resource": resource or {},
            "scope": "test",
            "events": [RawEvent(event, 5, told) for event, told in events],
            **more,
        }
    )


def read(attributes=None, **more) -> Span:
    return normalise(raw(attributes, **more))


def body(name, wire="otlp.pb"):
    """Return the spans of a recorded body, by kind and order of start."""
    types = {"otlp.pb": "application/x-protobuf", "json": "application/json"}
    content = (SHARED / "otlp" / f"{name}.{wire}").read_bytes()
    spans = [normalise(one) for one in read_spans(types[wire], content)]
    return sorted(spans, key=lambda span: span.start_ns)


def said(span, direction=Direction.OUT, *kinds):
    """Return (kind, text) of the parts of one direction, but for what is unknown."""
    return [
        (part.kind.value, part.text)
        for part in span.parts
        if part.direction is direction
        and part.kind is not PartKind.OTHER
        and (not kinds or part.kind in kinds)
    ]


def heard(span, *kinds):
    return said(span, Direction.IN, *kinds)


def texts(span):
    return [part.text for part in span.parts]
