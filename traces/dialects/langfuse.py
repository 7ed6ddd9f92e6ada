"""Langfuse: observations with one input and one output of any shape."""

from __future__ import annotations

from typing import Any

from traces.dialects.told import Dialect, Told
from traces.providers.payload import total
from traces.providers.values import holds_words, real, whole
from traces.spans import Kind, Usage

DIALECT = Dialect(
    "langfuse",
    slots={
        "langfuse_kind": ("langfuse.observation.type",),
        "input_value": ("langfuse.observation.input",),
        "output_value": ("langfuse.observation.output",),
        "trace_input": ("langfuse.trace.input",),
        "trace_output": ("langfuse.trace.output",),
        "model_asked": ("langfuse.observation.model.name",),
        "parameters": ("langfuse.observation.model.parameters",),
        "langfuse_usage": ("langfuse.observation.usage_details",),
        "langfuse_cost": ("langfuse.observation.cost_details",),
        "first_chunk_at": ("langfuse.observation.completion_start_time",),
        "error_message": ("langfuse.observation.status_message",),
        "langfuse_level": ("langfuse.observation.level",),
        "conversation": ("langfuse.session.id",),
        "subject": ("langfuse.user.id",),
        "environment": ("langfuse.environment",),
        "release": ("langfuse.release",),
    },
    families={},
)
KINDS = {
    "generation": Kind.LLM,
    "agent": Kind.AGENT,
    "tool": Kind.TOOL,
    "chain": Kind.OTHER,
    "span": Kind.OTHER,
    "event": Kind.OTHER,
    "retriever": Kind.RETRIEVAL,
    "evaluator": Kind.EVALUATION,
    "embedding": Kind.EMBEDDING,
    "guardrail": Kind.GUARDRAIL,
}


def take_usage(told: Told) -> Usage | None:
    """Take `usage_details`: in Langfuse's own names each token is counted once.

    So cached tokens stand beside `input` and reasoning beside `output`; OpenAI's names
    (`prompt_tokens`) count them twice, as OpenAI does.
    """
    data = told.take_map("langfuse_usage")
    told.keep("langfuse.observation.usage_details", _without_numbers(data))
    if not data:
        return None
    counts = {
        name: number
        for name, value in data.items()
        if (number := whole(value)) is not None
    }
    cached = [
        n for name, n in counts.items() if "cache" in name and "creat" not in name
    ]
    written = [n for name, n in counts.items() if "cache" in name and "creat" in name]
    thought = [n for name, n in counts.items() if "reasoning" in name]
    inputs = [n for name, n in counts.items() if _is_part(name, "input")]
    outputs = [n for name, n in counts.items() if _is_part(name, "output")]
    return Usage(
        input=counts.get("prompt_tokens", total(inputs)),
        output=counts.get("completion_tokens", total(outputs)),
        reasoning=total(thought),
        cache_read=total(cached),
        cache_write=total(written),
    )


def _is_part(name: str, side: str) -> bool:
    cached = side == "input" and name.startswith("cache")
    return name.startswith(side) or name.endswith(f"{side}_tokens") or cached


def take_cost(told: Told) -> float | None:
    """Take the total of `cost_details`, in US dollars."""
    data = told.take_map("langfuse_cost")
    told.keep("langfuse.observation.cost_details", _without_numbers(data))
    given = {name: n for name, cost in data.items() if (n := real(cost)) is not None}
    return given.get("total", sum(given.values()) if given else None)


def _without_numbers(data: dict[str, Any]) -> dict[str, Any] | None:
    left = {name: value for name, value in data.items() if real(value) is None}
    return left if holds_words(left) else None


def take_failure(told: Told) -> bool:
    """Take the level; Langfuse has no other way to say that a step failed."""
    level = told.take_name("langfuse_level")
    if level not in ("ERROR", "DEFAULT", "DEBUG", "WARNING"):
        told.keep("langfuse.observation.level", level)
    return level == "ERROR"
