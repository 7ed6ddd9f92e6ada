"""All dialects in one table: which attribute means what, and whose word counts more.

Own attributes come first, then OpenInference, the GenAI conventions, and the others: so
what we ask for wins over what an instrument says of itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from traces.dialects import (
    genai,
    langfuse,
    mcp,
    openinference,
    openllmetry,
    pydantic_ai,
    vercel,
)
from traces.dialects.own import OWN, SHARED
from traces.dialects.technical import is_technical
from traces.dialects.told import Dialect, Told
from traces.spans import Attributes

DIALECTS: tuple[Dialect, ...] = (
    OWN,
    openinference.DIALECT,
    genai.DIALECT,
    openllmetry.DIALECT,
    vercel.DIALECT,
    langfuse.DIALECT,
    pydantic_ai.DIALECT,
    mcp.DIALECT,
    SHARED,
)
# The dialect by which a span is called: the most particular one that it speaks.
CALLED = (
    "pydantic_ai", "vercel", "langfuse", "openinference", "openllmetry", "genai", "mcp",
)  # fmt: skip


class Meaning(NamedTuple):
    """What an attribute key means. A lower rank is listened to first."""

    slot: str
    rank: int
    dialect: str


def _meanings() -> dict[str, Meaning]:
    meanings: dict[str, Meaning] = {}
    for place, dialect in enumerate(DIALECTS):
        for slot, keys in dialect.slots.items():
            for age, key in enumerate(keys):
                name = dialect.name if dialect.marks else ""
                meanings.setdefault(key, Meaning(slot, 100 * place + age, name))
    return meanings


MEANINGS = _meanings()
FAMILIES = {
    prefix: (slot, dialect.name)
    for dialect in DIALECTS
    for prefix, slot in dialect.families.items()
}
_FIRST_NAMES = tuple(sorted({prefix.split(".")[0] + "." for prefix in FAMILIES}))
_MOST_NAMES = 24  # a key of more is no message, but a tree as deep as it is long
# These have names where the others have numbers.
_NAMED = frozenset({"gen_ai.request", "ai.settings"})


def sort_out(attributes: Attributes) -> Told:
    """Sort attributes by what they mean, in one pass."""
    told = Told()
    sort_into(told, attributes)
    return told


def sort_into(told: Told, attributes: Attributes) -> None:
    for key, value in attributes.items():
        if value is None or value == "":
            continue
        meaning = MEANINGS.get(key)
        if meaning is not None:
            told.hear(meaning.slot, meaning.rank, key, value)
            if meaning.dialect:
                told.dialects.add(meaning.dialect)
        elif key.startswith(_FIRST_NAMES) and _is_of_family(told, key, value):
            continue
        elif not is_technical(key):
            told.rest[key] = value


def _is_of_family(told: Told, key: str, value: Any) -> bool:
    """Sort a flattened key in, if it is one: its number is its third or second name."""
    names = key.split(".", _MOST_NAMES)
    if len(names) > _MOST_NAMES:
        return False
    for length in (2, 1, 3):
        prefix = ".".join(names[:length])
        found = FAMILIES.get(prefix)
        if found is None or len(names) <= length:
            continue
        if prefix in _NAMED or names[length].isdigit():
            told.hear_family(found[0], key, value)
            told.dialects.add(found[1])
            return True
    return False
