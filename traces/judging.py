"""Feedback as codes: what may stand in clear beside the words. Pure."""

from __future__ import annotations

import math
import re
from typing import Final

LONGEST_CODE: Final = 60
# Of what people and agents write; what comes with a trace is as long as it comes.
LONGEST_COMMENT: Final = 4000
GOOD: Final = "good"
BAD: Final = "bad"
_CODE = re.compile(r"[a-z0-9][a-z0-9_.:/-]{0,59}\Z")
# What evaluators write where others write a code.
_BLANKS = re.compile(r"\s+")
_OTHER = "other"


def is_code(text: str) -> bool:
    """True for a short name such as `good` or `answer_relevance`, in small letters."""
    return _CODE.match(text) is not None


def code_of(text: str) -> str:
    """Return what came with a trace as a code; "other" for what could be words.

    Evaluators name metrics and labels freely, and a name that is no code might be a
    sentence, or somebody's address.
    """
    code = _BLANKS.sub("_", text.strip().lower())
    if not code:
        return ""
    return code if is_code(code) else _OTHER


def is_lost(text: str) -> bool:
    """True for what `code_of` does not keep: it is words, to stand with the others."""
    return code_of(text) == _OTHER and text.strip().lower() != _OTHER


def score_of(score: float | None) -> float | None:
    """Return a score that can be stored and compared; None for what is no number."""
    return score if score is not None and math.isfinite(score) else None
