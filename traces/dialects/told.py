"""What a span was told, sorted once: facts by slot, flattened keys by family.

A slot is what an attribute means (`model`, `input_tokens`, …), whatever its dialect
calls it. Readers take what they know; whatever nobody takes is kept as it came, so no
word is lost because nobody knew its name.
"""

from __future__ import annotations

from collections.abc import Callable, KeysView, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeVar

from traces.providers.naming import as_name
from traces.providers.values import as_text, loads, real, whole

Tree = dict[str, Any]  # Any: leaves are AnyValues
N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak of a span.

    `slots`: for each slot its attribute keys, newest first. `families`: prefixes of
    flattened keys (`llm.input_messages.0.message.role`) and the slot their tree is
    found under. `marks` are the slots that say a span speaks this dialect; a key that
    many use marks none.
    """

    name: str
    slots: Mapping[str, tuple[str, ...]]
    families: Mapping[str, str]
    marks: bool = True


_SWITCHES = {"true": True, "1": True, "false": False, "0": False}


class Told:
    """The attributes of one span. Taking a slot removes it."""

    __slots__ = ("_facts", "_families", "dialects", "rest")

    def __init__(self) -> None:
        self.dialects: set[str] = set()
        self.rest: dict[str, Any] = {}
        self._facts: dict[str, tuple[int, str, Any]] = {}
        self._families: dict[str, dict[str, Any]] = {}

    def hear(self, slot: str, rank: int, key: str, value: Any) -> None:
        """Take in one attribute; of two for one slot the newer name wins.

        The other is forgotten where it says the same, and kept as unknown where not.
        """
        known = self._facts.get(slot)
        if known is None:
            self._facts[slot] = (rank, key, value)
            return
        if rank < known[0]:
            self._facts[slot] = (rank, key, value)
            key, value, other = known[1], known[2], value
        else:
            other = known[2]
        if value != other:
            self.rest[key] = value

    def hear_family(self, slot: str, key: str, value: Any) -> None:
        self._families.setdefault(slot, {})[key] = value

    def slots(self) -> KeysView[str]:
        """Return the slots that something was told for; a set to work with."""
        return self._facts.keys()

    def __contains__(self, slot: str) -> bool:
        return slot in self._facts or slot in self._families

    def take(self, slot: str) -> Any:
        """Take a value as it came; None where nobody told it."""
        known = self._facts.pop(slot, None)
        return known[2] if known else None

    def take_name(self, slot: str) -> str:
        """Take a fact that must look like a name; what does not is kept as words."""
        known = self._facts.pop(slot, None)
        if known is None:
            return ""
        _, key, value = known
        name, is_all = as_name(as_text(value))
        if not is_all:
            self.rest[key] = value
        return name

    def take_count(self, slot: str) -> int | None:
        """Take a whole number; what is none is kept as words."""
        return self._take_number(slot, whole)

    def take_number(self, slot: str) -> float | None:
        return self._take_number(slot, real)

    def _take_number(self, slot: str, read: Callable[[Any], N | None]) -> N | None:
        known = self._facts.pop(slot, None)
        if known is None:
            return None
        number = read(known[2])
        if number is None:
            self.rest[known[1]] = known[2]
        return number

    def take_switch(self, slot: str) -> bool | None:
        """Take a yes or no; what is neither is kept as words."""
        known = self._facts.pop(slot, None)
        if known is None:
            return None
        found = _SWITCHES.get(str(known[2]).lower())
        if found is None:
            self.rest[known[1]] = known[2]
        return found

    def take_words(self, slot: str) -> str:
        """Take a text that will be kept as words."""
        value = self.take(slot)
        return "" if value is None else as_text(value)

    def take_json(self, slot: str) -> Any:
        """Take a value; a text that holds JSON is read."""
        return loads(self.take(slot))

    def take_map(self, slot: str) -> Tree:
        """Take a map, or a text that holds one; anything else is kept as words."""
        known = self._facts.pop(slot, None)
        if known is None:
            return {}
        data = loads(known[2])
        if isinstance(data, dict):
            return dict(data)
        self.rest[known[1]] = known[2]
        return {}

    def keep(self, key: str, value: Any) -> None:
        """Give back what a reader took and could not read."""
        if value is not None and value != "":
            self.rest[key] = value

    def take_flat(self, slot: str) -> dict[str, Any]:
        """Take flattened keys as they came."""
        return self._families.pop(slot, {})

    def take_family(self, slot: str) -> Tree:
        """Take flattened keys as a tree, its branches by the names between dots."""
        return as_tree(self._families.pop(slot, {}))

    def keep_tree(self, prefix: str, tree: Tree) -> None:
        """Give back what is left of a tree, under the keys it had."""
        for name, value in tree.items():
            key = f"{prefix}.{name}" if name else prefix
            if isinstance(value, dict):
                self.keep_tree(key, value)
            else:
                self.keep(key, value)

    def left(self) -> dict[str, Any]:
        """Return everything that no reader took."""
        for _, key, value in self._facts.values():
            self.rest[key] = value
        for keys in self._families.values():
            self.rest.update(keys)
        self._facts, self._families = {}, {}
        return self.rest


def as_tree(keys: Mapping[str, Any]) -> Tree:
    """Return flattened keys as a tree; a value that is a branch too has the name ""."""
    root: Tree = {}
    for key, value in keys.items():
        *path, last = key.split(".")
        branch = root
        for name in path:
            inner = branch.get(name)
            if not isinstance(inner, dict):
                inner = {} if inner is None else {"": inner}
                branch[name] = inner
            branch = inner
        if isinstance(branch.get(last), dict):
            branch[last][""] = value
        else:
            # A map as a leaf is read like a branch: not the sender's own.
            branch[last] = deepcopy(value) if isinstance(value, dict) else value
    return root


def numbered(tree: Any) -> list[tuple[str, Any]]:
    """Return the branches of a tree that are numbered, in order; others stay."""
    if not isinstance(tree, dict):
        return []
    names = [name for name in tree if name.isascii() and name.isdigit()]
    return [(name, tree.pop(name)) for name in sorted(names, key=_number)]


def take_numbered(tree: Tree, name: str) -> list[Any]:
    """Take the numbered branches of one branch; what else it has stays in the tree."""
    branch = tree.pop(name, None)
    found = [inner for _, inner in numbered(branch)]
    if branch:
        tree[f"other_{name}"] = branch
    return found


def _number(name: str) -> tuple[int, str]:
    return len(name.lstrip("0")), name.lstrip("0")
