"""What kind of text a piece of reasoning is: derived, never guessed. Pure.

Most providers no longer return the chain of thought itself: they return a summary, an
encrypted block, or a signature and nothing else; and instruments may lose more. `label`
is a table read from the top, the first line that fits wins. What speaks for a line: the
shape it came in (`Source`), the reasoning tokens that were billed, how much text there
is, whether opaque data stands beside it, what the model's family is known to return.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from traces.spans import Fidelity


class Source(StrEnum):
    """The shape that a piece of reasoning, or the lack of it, came in."""

    GENERIC = "generic"  # a reasoning part without a word on what kind it is
    ANTHROPIC = "anthropic"  # a `thinking` block
    REDACTED = "redacted"  # redacted_thinking, redactedContent, OpenInference's data
    SUMMARY = "summary"  # said to be one: OpenAI's summary[], reasoning.summary
    ENCRYPTED = "encrypted"  # encrypted_content, reasoning.encrypted
    THOUGHT = "thought"  # Gemini: thought text is a summary by definition
    SIGNATURE = "signature"  # Gemini: a thought signature on another part
    RAW = "raw"  # reasoning_content, `reasoning`, reasoning_text
    INLINE = "inline"  # the model wrote it into its answer: tags, a field of its JSON
    CUT = "cut"  # text of messages whose JSON does not close


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known beside the text itself.

    `tokens`: reasoning tokens of the call, None where nobody said; `visible`: signs of
    reasoning text in the whole output; `opaque`: signed or encrypted data beside it;
    `dropped`: attributes, events and links that the sender says it dropped; `display`:
    what the request asked Anthropic to show.
    """

    tokens: int | None = None
    visible: int = 0
    opaque: bool = False
    dropped: int = 0
    model: str = ""
    display: str = ""


MARKERS = frozenset(
    {"__redacted__", "[redacted]", "<redacted>", "redacted-by-litellm", "[filtered]"}
)
# Where instruments and stores are known to cut a value: Tempo, Sentry, OpenInference.
CUTS = frozenset({2_048, 20_000, 20_480, 32_000})
SIGNS_PER_TOKEN = 4  # of English prose, near enough to tell a summary from the whole
SUMMARY_RATIO = 1.5

# What the text of a model's reasoning is, by family, as of 2026-11. First match wins.
# Anthropic: "extended thinking", models after Claude 3.7 return summaries. OpenAI: only
# summaries leave, but for its open weights. Google: thought summaries. Open weights and
# their hosts return what the model wrote.
FAMILIES: tuple[tuple[str, Fidelity], ...] = (
    (r"claude-(?:3[-.]7|sonnet-3[-.]7)", Fidelity.RAW),
    (r"claude", Fidelity.SUMMARY),
    (r"gpt-oss", Fidelity.RAW),
    (r"(?:^|[/:.])o[134](?:-|$)|gpt-5|codex", Fidelity.SUMMARY),
    (r"gemini", Fidelity.SUMMARY),
    (r"deepseek|qwen|qwq|glm-|kimi|minimax|magistral|nemotron", Fidelity.RAW),
)
_FAMILIES = tuple((re.compile(pattern), label) for pattern, label in FAMILIES)
_ASKS_FAMILY = frozenset({Source.GENERIC, Source.ANTHROPIC, Source.RAW})
_SAYS_RAW = frozenset({Source.RAW, Source.INLINE})
_SAYS_SUMMARY = frozenset({Source.SUMMARY, Source.THOUGHT})


@lru_cache(maxsize=512)
def family_label(model: str) -> Fidelity | None:
    """Return what the visible reasoning of a model is known to be, or None."""
    name = model.lower()
    return next((label for seen, label in _FAMILIES if seen.search(name)), None)


def label(text: str, source: Source, known: Evidence) -> Fidelity:
    """Return the label of one piece of reasoning; the first line that fits wins."""
    if text.strip().lower() in MARKERS:
        return Fidelity.MASKED_BY_SOURCE
    if known.dropped or source is Source.CUT or len(text) in CUTS:
        return Fidelity.TRUNCATED
    if source is Source.REDACTED:
        return Fidelity.PROVIDER_REDACTED
    if not text:
        return _label_of_nothing(source, known)
    if _is_summary(text, source, known):
        return Fidelity.SUMMARY
    if source in _SAYS_RAW or family_label(known.model) is Fidelity.RAW:
        return Fidelity.RAW
    return Fidelity.UNKNOWN


def _label_of_nothing(source: Source, known: Evidence) -> Fidelity:
    if source is Source.ENCRYPTED:
        return Fidelity.ENCRYPTED
    if known.opaque:
        return Fidelity.OMITTED
    if known.tokens is None:
        return Fidelity.UNKNOWN
    return Fidelity.STRIPPED if known.tokens > 0 else Fidelity.NONE


def _is_summary(text: str, source: Source, known: Evidence) -> bool:
    if source in _SAYS_SUMMARY:
        return True
    if source not in _ASKS_FAMILY:
        return False
    family = family_label(known.model)
    if known.display == "summarized" or family is Fidelity.SUMMARY:
        return True
    # More was thought than is shown. Not of raw text: that is cut, if anything.
    return (
        source is not Source.RAW and family is None and _more_was_thought(text, known)
    )


def _more_was_thought(text: str, known: Evidence) -> bool:
    shown = max(known.visible, len(text)) / SIGNS_PER_TOKEN
    return known.tokens is not None and known.tokens > SUMMARY_RATIO * shown
