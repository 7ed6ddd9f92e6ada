"""OTLP on the wire: bodies are inflated, sifted and read here. Pure, no tables."""

from traces.otlp.logs import read_records
from traces.otlp.spans import read_spans
from traces.otlp.wire import BadBody

__all__ = ["BadBody", "read_records", "read_spans"]
