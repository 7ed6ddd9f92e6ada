"""What was asked of a model in numbers and known words: facts, fit for the shape.

Only names of this list become facts. Texts among the parameters (stop sequences, a
format's description) are words and stay with the words.
"""

from __future__ import annotations

from typing import Any

from traces.providers.naming import as_name
from traces.providers.values import real

# Our name, and what others call it; numbers unless the table below says otherwise.
NUMBERS: dict[str, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "top_p": ("top_p", "topP"),
    "top_k": ("top_k", "topK"),
    "max_tokens": (
        "max_tokens", "max_output_tokens", "max_completion_tokens", "maxTokens",
        "maxOutputTokens", "max_tokens_to_sample",
    ),
    "seed": ("seed",),
    "n": ("n", "candidate_count", "candidateCount", "choice.count"),
    "frequency_penalty": ("frequency_penalty", "frequencyPenalty"),
    "presence_penalty": ("presence_penalty", "presencePenalty"),
}  # fmt: skip
SWITCHES = {"stream": ("stream", "streaming", "is_stream")}
LEVELS = {
    "reasoning_level": (
        "reasoning.level", "reasoning_effort", "reasoningEffort", "effort",
        "reasoning_summary", "thinking_level",
    )
}  # fmt: skip
_OURS = {
    theirs: ours
    for table in (NUMBERS, SWITCHES, LEVELS)
    for ours, names in table.items()
    for theirs in names
}


def as_parameter(name: str, value: Any) -> tuple[str, Any]:
    """Return our name and the value of a parameter; ("", None) where it is no fact."""
    ours = _OURS.get(name, "")
    if ours in SWITCHES:
        return (ours, value) if isinstance(value, bool) else ("", None)
    if ours in LEVELS:
        level, whole = as_name(value) if isinstance(value, str) else ("", False)
        return (ours, level) if whole and " " not in level and level else ("", None)
    number = real(value) if ours else None
    if number is None:
        return "", None
    return ours, int(number) if number.is_integer() else number


def take_parameters(given: dict[str, Any]) -> dict[str, Any]:
    """Take the known parameters out of a map and return them under our names."""
    taken = {}
    for name in list(given):
        ours, value = as_parameter(name, given[name])
        if ours:
            taken[ours] = value
            del given[name]
    taken.update(_of_thinking(given))
    reasoning = given.get("reasoning")
    if isinstance(reasoning, dict):
        taken.update(take_parameters(dict(reasoning)))
    return taken


_THINKING = frozenset({"type", "budget_tokens", "display"})


def _of_thinking(given: dict[str, Any]) -> dict[str, Any]:
    """Take Anthropic's setting of how much to think; it is a setting, no thought."""
    thinking = given.get("thinking")
    if not isinstance(thinking, dict):
        return {}
    if thinking.keys() <= _THINKING:
        del given["thinking"]
    budget = real(thinking.get("budget_tokens"))
    return {} if budget is None else {"thinking_budget": int(budget)}
