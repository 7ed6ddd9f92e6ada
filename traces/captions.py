"""What a piece of reasoning is, in words for whoever reads it. Pure."""

from __future__ import annotations

from traces.fidelity import SIGNS_PER_TOKEN
from traces.spans import Fidelity

CAPTIONS = {
    Fidelity.RAW: "The model's own words, as it wrote them.",
    Fidelity.SUMMARY: (
        "A summary by the provider, not the model's own words: it may leave out or"
        " smooth over what mattered."
    ),
    Fidelity.OMITTED: (
        "The model reasoned; the provider returned a signature and no text."
    ),
    Fidelity.ENCRYPTED: (
        "The model reasoned; the provider returned it encrypted, and nobody here can"
        " read it."
    ),
    Fidelity.PROVIDER_REDACTED: (
        "The model reasoned; the provider took the text out for safety."
    ),
    Fidelity.STRIPPED: (
        "The model reasoned and was billed for it; the text was lost on the way here,"
        " by what instruments the agent."
    ),
    Fidelity.TRUNCATED: "Only a part of it came: it was cut before it reached us.",
    Fidelity.MASKED_BY_SOURCE: "The agent's own side hid the text before sending it.",
    Fidelity.NONE: "The model did not reason before it answered.",
    Fidelity.UNKNOWN: (
        "Nobody told what kind of text this is, or whether there was any reasoning."
    ),
}


def seen_words(tokens: int | None, length: int) -> str:
    """Return how much was reasoned against how much of it can be seen."""
    shown = round(length / SIGNS_PER_TOKEN)
    if not tokens and not length:
        return ""
    if tokens is None:
        return f"about {shown:,} tokens of text"
    if not length:
        return f"{tokens:,} tokens, no text"
    return f"{tokens:,} tokens, about {shown:,} of them as text"
