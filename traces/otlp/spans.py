"""Bodies of `/v1/traces`: what of them is kept, and what is read from it later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from traces.otlp.checks import fault_of_span
from traces.otlp.sifting import Sifted, parse, sift
from traces.otlp.values import attributes_of
from traces.otlp.wire import TRACES, BadBody, Wire, wire_of
from traces.spans import RawEvent, RawSpan

_NO_SPAN = bytes(8)


def sift_spans(wire: Wire, body: bytes) -> Sifted:
    """Keep the spans that are sound. Raises BadBody or TooLarge."""
    return sift(wire, body, TRACES, fault_of_span, lambda span: True)


def read_spans(content_type: str, body: bytes) -> Iterator[RawSpan]:
    """Read the spans of a body that was sifted, in order. Raises BadBody.

    Takes about 10 µs for a span of 3 kB.
    """
    for group in parse(known_wire(content_type), body, TRACES).request.resource_spans:
        resource = attributes_of(group.resource.attributes)
        for scope in group.scope_spans:
            for span in scope.spans:
                yield _raw(span, resource, scope.scope)


def known_wire(content_type: str) -> Wire:
    """Return the wire of a body that was stored. Raises BadBody."""
    wire = wire_of(content_type)
    if wire is None:
        raise BadBody("The content type is none of OTLP.")
    return wire


def _raw(span: Span, resource: dict[str, Any], scope: InstrumentationScope) -> RawSpan:
    links = [(link.trace_id, link.span_id) for link in span.links]
    return RawSpan(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_id=_parent_of(span),
        name=span.name,
        start_ns=span.start_time_unix_nano,
        end_ns=span.end_time_unix_nano,
        attributes=attributes_of(span.attributes),
        resource=resource,
        scope=scope.name,
        scope_version=scope.version,
        events=[
            RawEvent(event.name, event.time_unix_nano, attributes_of(event.attributes))
            for event in span.events
        ],
        links=[link for link in links if len(link[0]) == 16 and len(link[1]) == 8],
        kind=span.kind,
        flags=span.flags,
        status_code=span.status.code,
        status_message=span.status.message,
        dropped_attributes=span.dropped_attributes_count,
        dropped_events=span.dropped_events_count,
        dropped_links=span.dropped_links_count,
    )


def _parent_of(span: Span) -> bytes:
    """Some exporters write a root's parent as eight zeros."""
    parent = span.parent_span_id
    return b"" if parent == _NO_SPAN else parent
