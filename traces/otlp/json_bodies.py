"""OTLP/JSON bodies as the same messages: one check and one reader serve both wires.

OTLP's JSON is not protobuf's own: ids are hexadecimal, enums are numbers only, names
are lowerCamelCase only. `json_format` takes what OTLP forbids, and takes twenty times
as long.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import orjson

from traces.otlp.checks import MOST_ITEMS
from traces.otlp.json_values import (
    Object,
    Odd,
    Put,
    any_value,
    attributes,
    enum,
    id_of,
    identifier,
    list_of,
    many,
    object_of,
    one,
    put_all,
    text,
    whole,
)
from traces.otlp.protobuf import Parsed
from traces.otlp.rejections import Rejection
from traces.otlp.wire import BadBody, Layout

_DROPPED = {"droppedAttributesCount": whole("dropped_attributes_count", 32)}
_ATTRIBUTES = {"attributes": attributes("attributes"), **_DROPPED}
_IDS = {"traceId": identifier("trace_id"), "spanId": identifier("span_id")}
_SCOPE = {"name": text("name"), "version": text("version"), **_ATTRIBUTES}
_SCHEMA = {"schemaUrl": text("schema_url")}
_EVENT = {
    "name": text("name"),
    "timeUnixNano": whole("time_unix_nano", 64),
    **_ATTRIBUTES,
}
_LINK = {
    **_IDS,
    "traceState": text("trace_state"),
    "flags": whole("flags", 32),
    **_ATTRIBUTES,
}
_SPAN = {
    **_IDS,
    "parentSpanId": identifier("parent_span_id"),
    "traceState": text("trace_state"),
    "flags": whole("flags", 32),
    "name": text("name"),
    "kind": enum("kind"),
    "startTimeUnixNano": whole("start_time_unix_nano", 64),
    "endTimeUnixNano": whole("end_time_unix_nano", 64),
    **_ATTRIBUTES,
    "events": many("events", _EVENT),
    "droppedEventsCount": whole("dropped_events_count", 32),
    "links": many("links", _LINK),
    "droppedLinksCount": whole("dropped_links_count", 32),
    "status": one("status", {"code": enum("code"), "message": text("message")}),
}
_RECORD = {
    **_IDS,
    "timeUnixNano": whole("time_unix_nano", 64),
    "observedTimeUnixNano": whole("observed_time_unix_nano", 64),
    "severityNumber": enum("severity_number"),
    "severityText": text("severity_text"),
    "eventName": text("event_name"),
    "flags": whole("flags", 32),
    "body": any_value("body"),
    **_ATTRIBUTES,
}
_ITEMS = {"spans": _SPAN, "log_records": _RECORD}


def parse_json(body: bytes, layout: Layout) -> Parsed:
    """Parse a body. Raises BadBody if it is no request in JSON."""
    walk = _Walk(layout)
    try:
        walk.request(object_of(_load(body)))
    except Odd as problem:
        raise BadBody(f"The body is no OTLP in JSON: {problem}.") from problem
    walk.parsed.sizes = [item.ByteSize() for item in walk.items]
    return walk.parsed


# Any: JSON.
def _load(body: bytes) -> Any:
    """Read JSON, once more by the standard library where orjson is too strict.

    JavaScript writes half characters when it cuts a text; they are no reason to lose a
    batch, nor is a letter that is no UTF-8: both are read as U+FFFD.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass  # strict about half characters, and about numbers that are none
    try:
        return json.loads(body.decode(errors="replace"), parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise BadBody("The body is no JSON, or is nested too deep.") from problem


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON.")


class _Walk:
    """Builds the messages.

    An item that cannot be built is rejected alone; below a resource or scope that
    cannot be, all are.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.parsed = Parsed(layout.request())
        # Any: generated messages, in order.
        self.items: list[Any] = []

    def request(self, body: Object) -> None:
        into = getattr(self.parsed.request, self._layout.resources)
        for group in _below(body, self._layout.resources):
            self._resource(into.add(), group)

    def _resource(self, message: Any, group: Object) -> None:
        puts = {"resource": one("resource", _ATTRIBUTES), **_SCHEMA}
        fault = _fault_above(message, group, puts)
        into = getattr(message, self._layout.scopes)
        for scope in _below(group, self._layout.scopes):
            self._scope(into.add(), scope, fault)

    def _scope(self, message: Any, scope: Object, fault: str) -> None:
        puts = {"scope": one("scope", _SCOPE), **_SCHEMA}
        fault = fault or _fault_above(message, scope, puts)
        into = getattr(message, self._layout.items)
        for item in _below(scope, self._layout.items):
            self._item(into, item, fault)

    def _item(self, into: Any, item: Object, fault: str) -> None:
        if fault:
            self._reject(item, fault)
            return
        if len(self.items) >= MOST_ITEMS:
            self._reject(item, f"more than {MOST_ITEMS} in one request")
            return
        message = into.add()
        try:
            put_all(message, item, _ITEMS[self._layout.items])
        except Odd as problem:
            del into[-1]
            self._reject(item, str(problem))
        else:
            self.items.append(message)

    def _reject(self, item: Object, reason: str) -> None:
        try:
            span_id = id_of(item.get("spanId"), "span_id")
        except Odd:
            span_id = b""
        self.parsed.rejected.append(Rejection(span_id, reason))


def _fault_above(message: Any, source: Object, puts: dict[str, Put]) -> str:
    """Fill in a resource or scope; return why all below it is lost, or nothing."""
    try:
        put_all(message, source, puts)
    except Odd as problem:
        return f"its resource or scope cannot be read: {problem}"
    return ""


def _below(holder: Object, name: str) -> list[Object]:
    """Return the objects of the next level down; none where it is absent or null."""
    first, *others = name.split("_")
    values = holder.get(first + "".join(map(str.capitalize, others)))
    return [object_of(value) for value in list_of(values or [])]
