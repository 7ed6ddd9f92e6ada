"""What a system was made of as it was seen, and how two such sightings differ. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

# Any: a manifest is JSON; see systems/models/versions.py.
Manifest = Mapping[str, Any]
# One thing of a manifest: what it is, its name (of tools and indexes), its value.
Value = tuple["What", str, str]


class What(StrEnum):
    MODEL = "model"
    ASKED = "model_asked"
    PROVIDER = "provider"
    PROMPT = "prompt"
    RELEASE = "release"
    INDEX = "index"
    TOOL = "tool"


_PLAIN = (What.PROVIDER, What.PROMPT, What.RELEASE, What.INDEX)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A manifest as a trace showed it (see SystemVersion), and when."""

    manifest: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """A manifest, and the stretch of time in which it was seen."""

    key: int
    digest: str
    manifest: Manifest
    first: datetime
    last: datetime

    @property
    def agent(self) -> str:
        return str(self.manifest.get("agent", ""))

    @property
    def line(self) -> tuple[str, str]:
        """What it is compared with: its agent's; each index by itself."""
        return self.agent, split_index(str(self.manifest.get("index", "")))[0]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. A side that is empty was not there, or was not told.

    `is_news`: what came was not in use before, what went was not seen any more.
    `goes_on`: what was before is in use beside it.
    """

    what: What
    name: str
    before: str
    after: str
    is_news: bool = False
    goes_on: bool = False

    @property
    def fate(self) -> str:
        """changed, new or gone."""
        if self.before and self.after:
            return "changed"
        return "new" if self.after else "gone"

    @property
    def is_first_telling(self) -> bool:
        """True where nothing changed but that it is told at all."""
        return self.what is not What.TOOL and not self.before

    @property
    def words(self) -> str:
        """The change in words; fingerprints are shown beside them."""
        if self.what is What.TOOL:
            return _TOOL_WORDS[self.fate].format(self.name)
        if self.what is What.PROMPT:
            return "prompt edited" if self.before else "prompt told"
        noun = _NOUNS[self.what].format(self.name)
        before, after = map(self._shown, (self.before, self.after))
        return f"{noun} {before} → {after}" if before else f"{noun} {after}"

    def _shown(self, value: str) -> str:
        """An index is named before its version."""
        return split_index(value)[1] if self.what is What.INDEX else value


_TOOL_WORDS = {
    "new": "tool {} added",
    "gone": "tool {} removed",
    "changed": "tool {}: schema or description changed",
}
_NOUNS = {
    What.MODEL: "model",
    What.ASKED: "model asked for",
    What.PROVIDER: "provider",
    What.RELEASE: "release",
    What.INDEX: "index {}",
}


def differences(before: Manifest, after: Manifest) -> Iterator[Change]:
    """Tell two manifests apart. What the later one does not tell has not changed."""
    # The model that answered; where that was not told, the one that was asked for.
    both = before.get(What.MODEL) and after.get(What.MODEL)
    for what in (What.MODEL if both else What.ASKED, *_PLAIN):
        old, new = before.get(what, ""), after.get(what, "")
        if new and old != new:
            yield Change(what, _name_of(what, new), old, new)
    # A call without any tools says nothing of those that other calls have.
    if told := after.get("tools"):
        known = before.get("tools") or {}
        for name in sorted({*known, *told}):
            old, new = known.get(name, ""), told.get(name, "")
            if old != new:
                yield Change(What.TOOL, name, old, new)


def told_plainly(manifest: Manifest) -> list[str]:
    """Return a manifest in words: names, whether there is a prompt, how many tools."""
    model = manifest.get(What.MODEL) or manifest.get(What.ASKED)
    release, index = manifest.get(What.RELEASE), manifest.get(What.INDEX)
    tools = len(manifest.get("tools") or {})
    told = [
        f"model {model}" if model else "",
        f"release {release}" if release else "",
        f"index {' '.join(split_index(index))}".strip() if index else "",
        "with a prompt" if manifest.get(What.PROMPT) else "",
        f"{tools} tool{'s' if tools > 1 else ''}" if tools else "",
    ]
    return [words for words in told if words] or ["nothing was told of it"]


def values_of(manifest: Manifest) -> Iterator[Value]:
    """Yield everything that a manifest tells."""
    for what in What:
        if what is not What.TOOL and (value := manifest.get(what)):
            yield what, _name_of(what, value), value
    for name, value in (manifest.get("tools") or {}).items():
        yield What.TOOL, name, value


def split_index(index: str) -> tuple[str, str]:
    """Return the name of an index and its version, which may be missing."""
    name, _, version = index.partition("@")
    return name, version


def _name_of(what: What, value: str) -> str:
    return split_index(value)[0] if what is What.INDEX else ""
