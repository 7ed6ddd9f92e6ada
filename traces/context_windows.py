"""How many tokens fit into a model's context, by family. Pure.

Read in the providers' model pages as of `AS_OF`; first match wins. A model that is not
here has no share: an unknown window must not look like a roomy one.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

AS_OF = date(2025, 11, 1)
WINDOWS: tuple[tuple[str, int], ...] = (
    (r"claude", 200_000),
    (r"gpt-5", 400_000),
    (r"gpt-4\.1", 1_047_576),
    (r"gpt-4o|gpt-4-turbo|chatgpt-4o", 128_000),
    (r"gpt-oss", 131_072),
    (r"gpt-4", 8_192),
    (r"gpt-3\.5", 16_385),
    (r"(?:^|[/:.])o[134](?:-|$)", 200_000),
    (r"gemini-1\.5-pro", 2_097_152),
    (r"gemini", 1_048_576),
    (r"deepseek", 128_000),
    (r"llama-?4", 1_000_000),
    (r"llama-?3\.[123]", 128_000),
    (r"mistral-large|mistral-medium|magistral", 128_000),
    (r"kimi-k2", 256_000),
    (r"qwen3", 262_144),
)
_WINDOWS = tuple((re.compile(pattern), tokens) for pattern, tokens in WINDOWS)


@lru_cache(maxsize=512)
def window_of(model: str) -> int | None:
    """Return the window of a model in tokens, or None if we have not met it."""
    name = model.lower()
    return next((tokens for seen, tokens in _WINDOWS if seen.search(name)), None)


def share_used(model: str, tokens: int | None) -> int | None:
    """Return the share of the window that so many tokens take, in per cent."""
    window = window_of(model)
    if window is None or tokens is None:
        return None
    return round(100 * tokens / window)
