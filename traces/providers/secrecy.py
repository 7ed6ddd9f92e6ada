"""Which class of words a value of no known kind belongs to: the stricter when in doubt.

What nobody has told us of may still be reasoning. The names that stand in it decide, at
any depth; so does the tag that some models put around their thoughts.
"""

from __future__ import annotations

import re
from typing import Any

from traces.masks.patterns import pattern
from traces.providers.values import as_text, loads
from traces.spans import WordClass

# `reason` alone is no sign of it: people give reasons for refunds.
_REASONING = re.compile(
    r"reasoning|thinking|thoughts?(?![a-z])|chain_?of_?thought|scratch_?pad|monologue"
    r"|(?<![a-z])cot(?![a-z])",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"signature|encrypted|ciphertext|redacted_?(?:data|content)", re.I)
# Either end alone is a sign of it: prompts of some models end in the first.
TAG = re.compile(r"<(/?)(?:think|thinking|thought|reasoning)\s{0,9}>", re.IGNORECASE)
_FENCE = re.compile(r"\s*```\w{0,20}\s*")
# In text that is no JSON, a name is what stands in quotes before a colon or as a type.
# RE2, for a text of any length is searched; bytes from 80 on are letters in UTF-8.
_NAMED = pattern(
    rb"(?i)['\"](?:type|role)['\"]\s*:\s*['\"](?:reasoning|thinking|thought)"
    rb"|['\"][\w\x80-\xff]*(?:reasoning|thinking|thoughts?)[\w\x80-\xff]*['\"]\s*:"
)
_TYPES = frozenset({"reasoning", "thinking", "thought", "redacted_thinking"})
# Tools whose arguments are what the model thinks, by the names they are known by.
_THINKS = re.compile(
    r"(?:sequential[_-]?)?think(?:ing)?(?:[_-]?tool)?|reason(?:ing)?(?:[_-]?tool)?"
    r"|scratch_?pad|reflect(?:ion)?",
    re.IGNORECASE,
)
_NESTED = 2  # more is nobody's data, but would take the stack of whoever reads it
_ORDER = (WordClass.DIALOGUE, WordClass.TOOLS, WordClass.REASONING, WordClass.OPAQUE)


def class_of(name: str, value: Any, nested: int = _NESTED) -> WordClass:
    """Return the class of a named value that no dialect knows: tools at least."""
    found = _class_of_name(name, value)
    if found is WordClass.OPAQUE:
        return found
    return stricter(found, class_inside(value, nested))


def class_inside(value: Any, nested: int = _NESTED) -> WordClass:
    """Return the strictest class that the names inside a value speak for.

    `nested`: how often JSON inside a text inside JSON is still opened.
    """
    if isinstance(value, str):
        data = loads(value) if nested else value
        return _class_of_text(data) if data is value else class_inside(data, nested - 1)
    if isinstance(value, dict):
        return _strictest_of(value, nested)
    found = WordClass.TOOLS
    for item in value if isinstance(value, (list, tuple)) else ():
        found = stricter(found, class_inside(item, nested))
    return found


def _class_of_text(text: str) -> WordClass:
    may_hint = "think" in text or "hought" in text or "eason" in text
    hints = may_hint and (TAG.search(text) or names_thoughts(text))
    return WordClass.REASONING if hints else WordClass.TOOLS


def names_thoughts(text: str) -> bool:
    """Tell whether a text that is no JSON, or a part of some, names reasoning."""
    return _NAMED.search(text.encode(errors="surrogatepass")) is not None


def _strictest_of(data: dict[Any, Any], nested: int) -> WordClass:
    found = WordClass.TOOLS
    kind = data.get("type")
    if (isinstance(kind, str) and kind in _TYPES) or data.get("thought") is True:
        found = WordClass.REASONING
    for name, value in data.items():
        found = stricter(found, class_of(str(name), value, nested))
        if found is WordClass.OPAQUE:
            break
    return found


def _class_of_name(name: str, value: Any) -> WordClass:
    """A number under such a name is a count or a setting, not what was thought."""
    if not isinstance(value, (str, list, dict, tuple, bytes)) or not value:
        return WordClass.TOOLS
    if _OPAQUE.search(name):
        return WordClass.OPAQUE
    return WordClass.REASONING if _REASONING.search(name) else WordClass.TOOLS


def unfenced(text: str) -> tuple[str, str]:
    """Return what stands in the code fence that a text begins with, and what after it.

    Without a fence: all of it, and nothing.
    """
    fence = _FENCE.match(text)
    if fence is None:
        return text, ""
    inside, _, after = text[fence.end() :].partition("```")
    return inside, after


def thinks(data: Any) -> bool:
    """Tell whether JSON has a field for what was thought, at any depth."""
    if isinstance(data, (list, tuple)):
        return any(map(thinks, data))
    return isinstance(data, dict) and any(
        _class_of_name(str(name), value) is WordClass.REASONING or thinks(value)
        for name, value in data.items()
    )


def without_thoughts(data: Any) -> tuple[list[Any], Any]:
    """Return what was thought in fields of some JSON, and the JSON without it."""
    thoughts: list[Any] = []
    return thoughts, _without_thoughts(data, thoughts)


def _without_thoughts(data: Any, thoughts: list[Any]) -> Any:
    if isinstance(data, (list, tuple)):
        return [_without_thoughts(item, thoughts) for item in data]
    if not isinstance(data, dict):
        return data
    left = {}
    for name, value in data.items():
        if _class_of_name(str(name), value) is WordClass.REASONING:
            thoughts.append(value)
        else:
            left[name] = _without_thoughts(value, thoughts)
    return left


def without_opaque(value: Any) -> tuple[Any, list[str]]:
    """Return JSON without the signed and encrypted texts in it, and those texts."""
    found: list[str] = []
    return _without_opaque(value, found, _NESTED), found


def _without_opaque(value: Any, found: list[str], nested: int) -> Any:
    if isinstance(value, str) and nested and (data := loads(value)) is not value:
        return _without_opaque(data, found, nested - 1)
    if isinstance(value, (list, tuple)):
        return [_without_opaque(item, found, nested) for item in value]
    if not isinstance(value, dict):
        return value
    left = {}
    for name, item in value.items():
        if _class_of_name(str(name), item) is WordClass.OPAQUE:
            found.append(as_text(item))
        else:
            left[name] = _without_opaque(item, found, nested)
    return left


def stricter(one: WordClass, other: WordClass) -> WordClass:
    """Return the class that fewer people may read."""
    return one if _ORDER.index(one) >= _ORDER.index(other) else other


def is_thinking_tool(name: str) -> bool:
    """Tell whether a tool only takes down what the model thinks."""
    return bool(_THINKS.fullmatch(name))
