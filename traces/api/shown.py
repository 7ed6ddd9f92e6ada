"""A trace on the wire: its shape for whoever opens it, words where the tier gives them.

A part that the viewer may not see has no `text` key at all. The serializers describe
what the functions below them compose, for the generated contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rest_framework import serializers

from systems.models import Environment
from traces.figures import moment
from traces.lost_calls import lost_calls
from traces.models import State, Trace
from traces.selectors.opened import Opened
from traces.selectors.reach import Reach
from traces.selectors.words_shown import Reader
from traces.spans import Direction, Fidelity, Kind, PartKind, PartShape, SpanShape
from traces.tiers import Clarity, Tier
from traces.trees import TraceShape

# Any: JSON on its way out.
Written = dict[str, Any]


def _codes(kind: type[Any]) -> list[str]:
    return [str(one.value) for one in kind]


class PartShown(serializers.Serializer[Written]):
    """One piece of what was said or done. `length` is in characters."""

    type = serializers.ChoiceField(_codes(PartKind))
    direction = serializers.ChoiceField(_codes(Direction))
    message = serializers.IntegerField(help_text="Of its direction, from 0.")
    role = serializers.CharField()
    name = serializers.CharField()
    call_id = serializers.CharField()
    failed = serializers.BooleanField()
    fidelity = serializers.ChoiceField(_codes(Fidelity), allow_null=True)
    clarity = serializers.ChoiceField([one.word for one in Clarity])
    length = serializers.IntegerField()
    size = serializers.IntegerField(
        allow_null=True, help_text="In bytes, of an attachment that was not kept."
    )
    text = serializers.CharField(
        required=False,
        help_text="Absent where the viewer may not see it, or it is gone.",
    )

    digest = serializers.CharField(
        required=False,
        help_text="Of an opaque part, keyed: tells it from others of the same trace.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """`class` is a word of Python's own."""
        of_class = serializers.ChoiceField(
            ["dialogue", "tools", "reasoning", "opaque"], source="*"
        )
        return {"class": of_class, **super().get_fields()}


class UsageShown(serializers.Serializer[Written]):
    """Tokens; null where they were not told."""

    input = serializers.IntegerField(allow_null=True)
    output = serializers.IntegerField(allow_null=True)
    reasoning = serializers.IntegerField(allow_null=True)
    cache_read = serializers.IntegerField(allow_null=True)
    cache_write = serializers.IntegerField(allow_null=True)


class ReplayShown(serializers.Serializer[Written]):
    """The same span once more, with another answer."""

    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    parts = PartShown(many=True)


class SpanShown(ReplayShown):
    span_id = serializers.CharField()
    parent_id = serializers.CharField(allow_null=True)
    kind = serializers.ChoiceField(_codes(Kind))
    name = serializers.CharField()
    failed = serializers.BooleanField()
    error_type = serializers.CharField()
    agent = serializers.CharField()
    provider = serializers.CharField()
    model = serializers.CharField()
    model_asked = serializers.CharField()
    tool = serializers.CharField()
    call_id = serializers.CharField()
    effect = serializers.CharField()
    request_id = serializers.CharField()
    turn = serializers.IntegerField(allow_null=True)
    finish = serializers.ListField(child=serializers.CharField())
    stop_class = serializers.CharField()
    usage = UsageShown()
    cost_usd = serializers.FloatField(allow_null=True)
    parameters = serializers.DictField()
    service = serializers.CharField()
    release = serializers.CharField()
    links = serializers.ListField(child=serializers.CharField())
    replays = ReplayShown(many=True)


class TraceRowShown(serializers.Serializer[Written]):
    """A run in figures, without words."""

    trace_id = serializers.CharField()
    system = serializers.CharField()
    environment = serializers.ChoiceField(Environment.choices)
    synthetic = serializers.BooleanField()
    state = serializers.ChoiceField(_codes(State))
    completeness = serializers.IntegerField(allow_null=True, help_text="Per cent.")
    tier = serializers.IntegerField(min_value=min(Tier), max_value=max(Tier))
    name = serializers.CharField()
    agent = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    stop_class = serializers.CharField()
    failed = serializers.BooleanField()
    spans = serializers.IntegerField()
    llm_calls = serializers.IntegerField()
    tool_calls = serializers.IntegerField()
    errors = serializers.IntegerField()  # type: ignore[assignment]  # DRF takes it out
    missing = serializers.IntegerField()
    replays = serializers.IntegerField()
    turns = serializers.IntegerField(allow_null=True)
    input_tokens = serializers.IntegerField(allow_null=True)
    output_tokens = serializers.IntegerField(allow_null=True)
    reasoning_tokens = serializers.IntegerField(allow_null=True)
    url = serializers.CharField()


class TraceShown(serializers.Serializer[Written]):
    trace_id = serializers.CharField()
    system = serializers.CharField()
    environment = serializers.ChoiceField(Environment.choices)
    synthetic = serializers.BooleanField()
    state = serializers.ChoiceField(_codes(State))
    completeness = serializers.IntegerField(allow_null=True, help_text="Per cent.")
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="Ids of spans that never came."
    )
    missing_calls = serializers.ListField(
        child=serializers.CharField(),
        help_text="Ids of calls of tools that were answered and have no span.",
    )
    tier = serializers.IntegerField(min_value=min(Tier), max_value=max(Tier))
    why = serializers.CharField(help_text="What the tier rests on: role or a raise.")
    until = serializers.DateTimeField(allow_null=True, help_text="The raise's end.")
    conversation_id = serializers.CharField(required=False)
    subject_ref = serializers.CharField(required=False)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    stop_class = serializers.CharField()
    url = serializers.CharField()
    spans = SpanShown(many=True)
    findings = serializers.ListField(child=serializers.DictField())


_FIGURES = (
    *("name", "agent", "started_at", "ended_at", "stop_class", "failed", "spans"),
    *("llm_calls", "tool_calls", "errors", "missing", "replays", "turns"),
    *("input_tokens", "output_tokens", "reasoning_tokens"),
)
_FACTS = (
    *("span_id", "name", "failed", "error_type", "agent", "provider", "model"),
    *("model_asked", "tool", "call_id", "effect", "request_id", "turn", "stop_class"),
    *("cost_usd", "parameters", "service", "release"),
)
_USAGE = ("input", "output", "reasoning", "cache_read", "cache_write")
_PART = ("message", "role", "name", "call_id", "failed", "length", "size")


def row_shown(trace: Trace, reach: Reach, now: datetime, url: str) -> Written:
    figures = {name: getattr(trace, name) for name in _FIGURES}
    return _head(trace, reach, now, url) | figures


def trace_shown(
    trace: Trace,
    shape: TraceShape,
    reach: Reach,
    opened: Opened,
    now: datetime,
    url: str,
) -> Written:
    """Return a trace with every span in order of start."""
    reader = Reader(reach, opened)
    told = {"conversation_id": opened.conversation, "subject_ref": opened.subject}
    return {
        **_head(trace, reach, now, url),
        "missing": sorted(shape.missing),
        "missing_calls": lost_calls(shape.spans, shape.leaves(Kind.LLM)),
        "why": reach.why,
        "until": reach.until,
        **{name: text for name, text in told.items() if text},
        "started_at": trace.started_at,
        "ended_at": trace.ended_at,
        "stop_class": trace.stop_class,
        "spans": [_span(span, reader) for span in shape.spans],
        "findings": [],
    }


def _head(trace: Trace, reach: Reach, now: datetime, url: str) -> Written:
    return {
        "trace_id": trace.trace_id.hex,
        "system": trace.system.slug,
        "environment": trace.environment,
        "synthetic": trace.synthetic,
        "state": trace.state_at(now).value,
        "completeness": trace.completeness,
        "tier": int(reach.tier),
        "url": url,
    }


def _span(span: SpanShape, reader: Reader) -> Written:
    return {
        **{name: getattr(span, name) for name in _FACTS},
        "parent_id": span.parent_id or None,
        "kind": span.kind.value,
        "finish": list(span.finish),
        "usage": {name: getattr(span.usage, name) for name in _USAGE},
        "links": list(span.links),
        **_copy(span, reader),
        "replays": [_copy(other, reader) for other in span.beside],
    }


def _copy(span: SpanShape, reader: Reader) -> Written:
    return {
        "start": _time(span.start_ns),
        "end": _time(span.end_ns),
        "parts": list(_parts(span, reader)),
    }


def _parts(span: SpanShape, reader: Reader) -> Iterator[Written]:
    for part in span.parts:
        shown = reader.show(part)
        written = _part(part) | {"clarity": shown.clarity.word}
        if shown.text is not None:
            written["text"] = shown.text
        if shown.digest:
            written["digest"] = shown.digest
        yield written


def _part(part: PartShape) -> Written:
    return {
        "class": part.words.value,
        "type": part.kind.value,
        "direction": part.direction.value,
        "fidelity": part.fidelity.value if part.fidelity else None,
        **{name: getattr(part, name) for name in _PART},
    }


def _time(at_ns: int) -> datetime | None:
    return moment(at_ns) if at_ns else None
