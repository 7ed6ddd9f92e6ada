"""What is known of a span beside its words: ids, times, names, figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from traces.dialects import kinds, langfuse, mcp
from traces.dialects.indexes import take_index
from traces.dialects.told import Told
from traces.providers.naming import as_name, is_id
from traces.providers.parameters import as_parameter, take_parameters
from traces.providers.values import as_text, loads, moment_in_ns
from traces.spans import Kind, RawSpan, Span, Usage

# Slots that are facts by the same name.
_NAMES = frozenset(
    {"service", "environment", "release", "agent", "provider", "model_asked", "model",
     "tool"}
)  # fmt: skip
_IDS = frozenset({"call_id", "request_id"})
_COUNTS = {
    "input_tokens": "input", "output_tokens": "output", "reasoning_tokens": "reasoning",
    "cache_read": "cache_read", "cache_write": "cache_write",
}  # fmt: skip
_FIRST_CHUNK = frozenset({"first_chunk_s", "first_chunk_ms", "first_chunk_at"})
_REMOTE = 0x300  # OTLP: it is known whether the parent is remote, and it is
_ERROR = 2  # OTLP: STATUS_CODE_ERROR


def read_facts(raw: RawSpan, told: Told) -> Span:
    """Return the span with its facts and without its words."""
    span = Span(
        span_id=raw.span_id.hex(),
        parent_id=raw.parent_id.hex(),
        trace_id=raw.trace_id.hex(),
        start_ns=raw.start_ns,
        end_ns=raw.end_ns,
        dropped=raw.dropped_attributes + raw.dropped_events + raw.dropped_links,
        links=tuple(f"{trace.hex()}:{span.hex()}" for trace, span in raw.links),
        remote_parent=raw.flags & _REMOTE == _REMOTE,
        supplement=raw.supplement,
        fields=len(raw.attributes) + len(raw.events) + bool(raw.status_code),
    )
    if raw.supplement and raw.events:
        span.start_ns = raw.events[0].at_ns
    span.kind, operation = kinds.take_kind(told)
    _read_names(span, told)
    _read_references(span, told)
    _read_figures(span, raw, told)
    _read_failure(span, raw, told)
    span.name, given = kinds.name_of(span, operation, raw)
    told.keep("span.name", given)
    return span


def _read_names(span: Span, told: Told) -> None:
    for slot in _NAMES & told.slots():
        setattr(span, slot, told.take_name(slot))
    for slot in _IDS & told.slots():
        setattr(span, slot, _take_id(told, slot))
    span.provider = span.provider.lower()
    span.finish = _take_finish(told) if "finish" in told else ()
    span.effect = mcp.take_effect(told)
    span.index = take_index(told)
    if "entity" in told or "workflow" in told:
        _read_entity(span, told)


def _read_entity(span: Span, told: Told) -> None:
    """Traceloop names a tool, an agent and a workflow alike."""
    if span.kind is Kind.TOOL and not span.tool:
        span.tool = told.take_name("entity")
    if span.kind is Kind.AGENT and not span.agent:
        span.agent = told.take_name("entity")
    if span.kind is Kind.WORKFLOW and not span.agent:
        span.agent = told.take_name("workflow" if "workflow" in told else "entity")


def _take_id(told: Told, slot: str) -> str:
    value = told.take(slot)
    text = as_text(value)
    if is_id(text):
        return text
    told.keep(slot, value)
    return ""


def _take_finish(told: Told) -> tuple[str, ...]:
    """Take finish reasons: a list, its JSON, or one word."""
    value = told.take_json("finish")
    reasons = value if isinstance(value, (list, tuple)) else (value,)
    names = [as_name(as_text(reason)) for reason in reasons if reason is not None]
    if not all(whole for _, whole in names):
        told.keep("finish_reasons", value)
    return tuple(name for name, _ in names if name)


def _read_references(span: Span, told: Told) -> None:
    span.conversation = told.take_words("conversation")
    span.subject = told.take_words("subject")
    span.synthetic = told.take_switch("synthetic") or False
    span.turn = told.take_count("turn")


def _read_figures(span: Span, raw: RawSpan, told: Told) -> None:
    for slot in _COUNTS.keys() & told.slots():
        setattr(span.usage, _COUNTS[slot], told.take_count(slot))
    span.cost_usd = told.take_number("cost")
    if "langfuse_usage" in told:
        span.usage = langfuse.take_usage(told) or span.usage
    if "langfuse_cost" in told and span.cost_usd is None:
        span.cost_usd = langfuse.take_cost(told)
    span.parameters = _take_parameters(told)
    if not _FIRST_CHUNK.isdisjoint(told.slots()):
        span.first_chunk_ns = _take_first_chunk(raw, told)


def mend_usage(usage: Usage) -> None:
    """Add to a total what it left out: a part can not be more than its whole.

    Anthropic leaves cached tokens out of its input and Gemini thoughts out of its
    output, and some instruments pass that on.
    """
    cached = (usage.cache_read or 0) + (usage.cache_write or 0)
    if usage.input is not None and cached > usage.input:
        usage.input += cached
    if usage.output is not None and (usage.reasoning or 0) > usage.output:
        usage.output += usage.reasoning or 0


def _take_parameters(told: Told) -> dict[str, Any]:
    parameters: dict[str, Any] = {}
    if "parameters" in told:
        given = told.take_map("parameters")
        parameters.update(take_parameters(given))
        told.keep("parameters", given or None)
    for slot, depth in (("genai_request", 2), ("ai_settings", 2)):
        if slot in told:
            _read_flat(told.take_flat(slot), depth, told, parameters)
    return parameters


def _read_flat(
    flat: dict[str, Any], depth: int, told: Told, parameters: dict[str, Any]
) -> None:
    for key, value in flat.items():
        ours, number = as_parameter(key.split(".", depth)[depth], value)
        if ours:
            parameters.setdefault(ours, number)
        else:
            told.keep(key, value)


def _take_first_chunk(raw: RawSpan, told: Told) -> int | None:
    """Return when the first piece of the answer came, in ns since 1970.

    What is no moment that can be kept is kept as words.
    """
    seconds = told.take_number("first_chunk_s")
    millis = told.take_number("first_chunk_ms")
    moment = told.take("first_chunk_at")
    if moment is not None:
        found = moment_in_ns(moment) if isinstance(moment, int) else _moment_ns(moment)
        told.keep("first_chunk_at", moment if found is None else None)
        return found
    if millis is not None:
        seconds = millis / 1000
    if seconds is None or not raw.start_ns or seconds < 0:
        return None
    found = moment_in_ns(raw.start_ns + round(seconds * 1_000_000_000))
    told.keep("first_chunk_s", seconds if found is None else None)
    return found


def _moment_ns(value: Any) -> int | None:
    """Return a moment in ns; Langfuse sends it as ISO 8601 in JSON quotes."""
    text = as_text(loads(value)).strip('"')
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return moment_in_ns(round(moment.timestamp() * 1_000_000) * 1_000)


def _read_failure(span: Span, raw: RawSpan, told: Told) -> None:
    """An exception alone is no failure: it may have been handled."""
    span.failed = raw.status_code == _ERROR or "error_type" in told
    if "langfuse_level" in told:
        span.failed = langfuse.take_failure(told) or span.failed
    span.error_type = told.take_name("error_type")
    noted = told.take_name("exception_event")
    exception = told.take_name("exception_type")
    if not span.failed or span.error_type:
        told.keep("exception.type", exception)
    else:
        span.error_type = exception or noted
