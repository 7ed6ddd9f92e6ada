"""The ids and numbers that a call speaks of, found again in other texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

# One word with a digit in it, or an upper-case code: H-204, HAT041, 2024-05-20, XEWRDB.
# Plain words (economy, yes) would mark half of what is read.
_IDENTIFIER = re.compile(r"(?=\S*\d|[A-Z]{5,}\Z)[\w@.:/+#-]{4,80}\Z")
# Agents choose the arguments; each identifier is looked for in every piece of evidence.
MOST = 60


# Any, here and below: a JSON value has no narrower Python type.
def identifiers_in(value: Any) -> frozenset[str]:
    """Return the texts in a JSON value that name one thing, at most `MOST` of them."""
    found = (text for text in _texts(value) if _IDENTIFIER.match(text))
    return frozenset(islice(found, MOST))


def pattern_of(value: Any) -> re.Pattern[str] | None:
    """Return what finds the identifiers of a JSON value as whole words; None: none."""
    names = identifiers_in(value)
    if not names:
        return None
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({either})(?![\w-])")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value
