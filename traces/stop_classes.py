"""Why a span stopped: what was declared, and what its own words say of that. Pure.

Providers name the same thing in many ways, and what they declare is not always what
happened. `of_reason` brings a raw reason into one list of classes; `classify` looks at
the span itself. What only the whole trace can tell (a call that nobody answered, an
approval that was denied) is not decided here.
"""

from __future__ import annotations

import orjson

from traces.spans import Direction, Kind, Part, PartKind, Span

_RAW: dict[str, tuple[str, ...]] = {
    "completed": ("stop", "end_turn", "completed", "complete", "eos", "finished"),
    "stop_sequence": ("stop_sequence",),
    "tool_handoff": (
        "tool_calls", "tool_call", "tool-calls", "tool_use", "function_call",
    ),
    "output_limit": (
        "length", "max_tokens", "max_output_tokens", "model_length",
    ),
    "context_limit": ("model_context_window_exceeded",),
    "paused": ("pause_turn", "continuation", "queued", "in_progress"),
    "compacted": ("compaction",),
    "refused": ("refusal",),
    "filtered": (
        "content_filter", "content-filter", "content_filtered", "safety",
        "prohibited_content", "blocklist", "spii", "recitation", "language",
        "guardrail_intervened", "model_armor", "escalation", "pup_limited_disabled",
        "image_safety", "image_prohibited_content", "image_recitation", "image_other",
        "no_image",
    ),
    "malformed": (
        "malformed_function_call", "malformed_response", "unexpected_tool_call",
        "malformed_tool_use", "malformed_model_output", "missing_thought_signature",
    ),
    "budget": ("too_many_tool_calls", "max_messages"),
    "steered": ("steered",),
    "cancelled": ("cancelled", "canceled", "abort", "aborted"),
    "provider_error": ("failed", "insufficient_system_resource"),
}  # fmt: skip
_CLASS_OF_RAW = {raw: name for name, raws in _RAW.items() for raw in raws}

# Parts of the names of errors, as SDKs and frameworks call them; first match wins.
_ERRORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cancelled", ("cancel", "abort", "keyboardinterrupt", "exit 130")),
    ("timeout", ("timeout", "timedout", "deadline", "408", "504")),
    ("rate_limited", ("ratelimit", "rate_limit", "toomanyrequests", "429")),
    ("budget", ("maxturns", "recursion", "usagelimit", "max_turns", "maxiteration")),
)
UNKNOWN = "unknown"
CLASSES = frozenset(_RAW) | {name for name, _ in _ERRORS} | {
    "lost", "dangling_tool_call", "phantom_handoff", "reasoning_exhausted",
    "empty_completion", UNKNOWN,
}  # fmt: skip
_EXHAUSTED_PERCENT = 90


def of_reason(raw: str, provider: str = "", *, failed: bool = False) -> str:
    """Return the class of a raw finish reason; `unknown` for one we have not met.

    `error` is a provider's own word with Mistral; elsewhere the instrumentation puts
    it where the reason never came, which is `lost` unless the call failed.
    """
    name = raw.lower()
    if name == "error":
        said = failed or provider.startswith("mistral")
        return "provider_error" if said else "lost"
    return _CLASS_OF_RAW.get(name, UNKNOWN)


def of_error(error_type: str) -> str:
    """Return the class that an error's type speaks for, or an empty text."""
    name = error_type.lower()
    for found, signs in _ERRORS:
        if any(sign in name for sign in signs):
            return found
    return ""


def declared(span: Span) -> str:
    """Return the class of what was declared, before the span's words are looked at."""
    if span.kind is not Kind.LLM:
        return of_error(span.error_type) if span.failed else ""
    if span.finish:
        return of_reason(span.finish[0], span.provider, failed=span.failed)
    if span.failed:
        return of_error(span.error_type) or "provider_error"
    return UNKNOWN if span.end_ns or span.supplement else "lost"


def classify(span: Span) -> str:
    """Return why the span stopped: the declared class, refined by what it put out.

    Empty for spans that are no call of a model and did not fail in a way that has a
    class. Where no words were recorded nothing is refined: an absent word is no proof.
    """
    name = declared(span)
    if name not in ("completed", "tool_handoff", "output_limit"):
        return name
    said = [part for part in span.parts if part.direction is Direction.OUT]
    if not _was_recorded(span, said):
        return name
    calls = [part for part in said if part.kind is PartKind.TOOL_CALL]
    if name == "output_limit":
        return _refine_limit(span, said)
    if name == "tool_handoff":
        return _refine_handoff(calls)
    return _refine_completed(span, said, calls)


def _was_recorded(span: Span, said: list[Part]) -> bool:
    """Tell whether words were recorded at all: its own, or those it was asked."""
    return any(part.kind is not PartKind.OTHER and part.text for part in said) or any(
        part.kind is PartKind.TEXT for part in span.parts
    )


def _refine_completed(span: Span, said: list[Part], calls: list[Part]) -> str:
    answered = {part.call_id for part in said if part.kind is PartKind.TOOL_RESULT}
    if any(call.call_id not in answered for call in calls):
        # OpenAI's Responses has no reason of its own for a call: it is `completed`.
        if span.provider.startswith(("openai", "azure")):
            return _refine_handoff(calls)
        return "dangling_tool_call"
    return "completed" if calls or _is_visible(said) else "empty_completion"


def _refine_handoff(calls: list[Part]) -> str:
    if not calls:
        return "phantom_handoff"
    parsed = all(_is_json(call.text) for call in calls)
    return "tool_handoff" if parsed else "malformed"


def _refine_limit(span: Span, said: list[Part]) -> str:
    thought, put_out = span.usage.reasoning or 0, span.usage.output
    limit = span.parameters.get("max_tokens")
    exhausted = put_out and 100 * thought >= _EXHAUSTED_PERCENT * put_out
    if exhausted and not _is_visible(said):
        return "reasoning_exhausted"
    if put_out is not None and isinstance(limit, int) and put_out < limit:
        return "context_limit"
    return "output_limit"


def _is_visible(said: list[Part]) -> bool:
    kinds = (PartKind.TEXT, PartKind.ATTACHMENT)
    return any(
        part.kind in kinds and (part.text.strip() or part.size is not None)
        for part in said
    )


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return False
    return True
