"""What a span did, and how it is called without words."""

from __future__ import annotations

from collections.abc import Mapping

from traces.dialects import genai, langfuse, mcp, openinference, openllmetry, vercel
from traces.dialects.told import Told
from traces.providers.naming import is_span_name
from traces.spans import Kind, RawSpan, Span

_OWN = {kind.value: kind for kind in Kind}
# In order of whose word counts more; a word that nobody knows decides nothing.
_SAY: tuple[tuple[str, Mapping[str, Kind]], ...] = (
    ("own_kind", _OWN),
    ("oi_kind", openinference.KINDS),
    ("operation", genai.KINDS),
    ("traceloop_kind", openllmetry.KINDS),
    ("langfuse_kind", langfuse.KINDS),
    ("mcp_method", mcp.KINDS),
)
_OF_MODELS = (
    "genai_input", "genai_output", "event_input", "event_output", "oi_input",
    "traceloop_prompt", "traceloop_completion", "output_tokens", "ai_text",
)  # fmt: skip
_VERBS = {
    Kind.LLM: "chat", Kind.TOOL: "execute_tool", Kind.AGENT: "invoke_agent",
    Kind.WORKFLOW: "invoke_workflow", Kind.PLANNING: "plan",
    Kind.EMBEDDING: "embeddings", Kind.RETRIEVAL: "retrieval",
}  # fmt: skip


def take_kind(told: Told) -> tuple[Kind, str]:
    """Take what says what a span did; return the kind, and the operation if known."""
    operation, found = "", None
    for slot, kinds in _SAY:
        if slot not in told:
            continue
        said = told.take_name(slot)
        kind = kinds.get(said.lower())
        if slot == "operation" and kind is not None:
            operation = said.lower()
        elif kind is None and said.lower() not in _NEUTRAL:
            told.keep(slot, said)
        found = found or kind
    found = _of_vercel(told) if found is None else found
    return found or _inferred(told), operation


_NEUTRAL = frozenset({"unknown", "default"})


def _of_vercel(told: Told) -> Kind | None:
    operation = told.take_name("ai_operation")
    kind = vercel.kind_of(operation)
    if kind in (None, Kind.OTHER):
        told.keep("ai.operationId", operation)
    return kind


def _inferred(told: Told) -> Kind:
    """Return the kind that the rest of what was told speaks for."""
    if "tool" in told or "arguments" in told:
        return Kind.TOOL
    if any(slot in told for slot in _OF_MODELS):
        return Kind.LLM
    return Kind.OTHER


def name_of(span: Span, operation: str, raw: RawSpan) -> tuple[str, str]:
    """Return a name without words, and the given name where it says something else.

    A structured name is made of what it did and with what. Any other span keeps the
    name it was given if code gave it, as far as one can see.
    """
    made = _made_name(span, operation)
    given = "" if raw.supplement else raw.name
    if made:
        return made, "" if given == made else given
    if is_span_name(given):
        return given, ""
    return span.kind.value, given


def _made_name(span: Span, operation: str) -> str:
    verb = operation or _VERBS.get(span.kind, "")
    if span.kind in (Kind.LLM, Kind.EMBEDDING):
        return f"{verb} {span.model_asked or span.model}".strip()
    if span.kind is Kind.TOOL:
        return f"{verb} {span.tool}" if span.tool else ""
    if span.kind is Kind.AGENT:
        return f"{verb} {span.agent}" if span.agent else ""
    return ""
