"""The parts of one span, in the order they came, each said once and never too many."""

from __future__ import annotations

from traces.providers import secrecy
from traces.providers.values import canonical
from traces.spans import Direction, Part, PartKind, WordClass

# Of one span. What is over is kept, together.
MOST_PARTS = 5_000
_KEYED_BY_CALL = (PartKind.TOOL_CALL, PartKind.TOOL_RESULT)


class PartList:
    """`direction`, `message` and `role` say where in the span the reader stands.

    Where a span says the same thing in two dialects, the first is kept.
    """

    __slots__ = (
        "_echo", "_over", "_said", "_spoken", "direction", "message", "parts", "role",
    )  # fmt: skip

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.direction = Direction.IN
        self.message = -1
        self.role = ""
        self._echo = False
        self._over: list[Part] = []
        self._said: dict[tuple[str, str], list[Part]] | None = None
        self._spoken: set[Direction] = set()

    def begin(self, direction: Direction) -> None:
        """Start reading one source of a direction: what was said already is skipped."""
        self.direction, self.message, self.role = direction, -1, ""
        self._echo = not self.is_empty
        self._said = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was written yet in this direction."""
        return self.direction not in self._spoken

    @property
    def is_full(self) -> bool:
        """Tell whether a span has as many parts as it may: all else goes to `over`."""
        return len(self.parts) >= MOST_PARTS

    def close(self) -> None:
        """Add what was over as one part, of the strictest class in it."""
        if self._over:
            words = WordClass.DIALOGUE
            for part in self._over:
                words = secrecy.stricter(words, part.words)
            text = "\n".join(part.text for part in self._over)
            where = self._over[0].direction
            self.parts.append(Part(PartKind.OTHER, words, where, text=text))
            self._over = []

    def keep(self, part: Part) -> Part | None:
        """Add a part, or nothing where the span has said it already, or says too much.

        What is too much comes in the end (`close`).
        """
        if self._echo and self._was_said(part):
            return None
        self._spoken.add(self.direction)
        if self.is_full:
            self._over.append(part)
            return None
        self.parts.append(part)
        return part

    def _was_said(self, part: Part) -> bool:
        """Tell whether the same words are kept already; of two classes the stricter."""
        if self._said is None:
            self._said = {}
            for said in self.parts:
                if said.direction is self.direction:
                    self._said.setdefault(_key(said), []).append(said)
        kept = self._said.get(_key(part), [])
        for said in kept:
            said.words = secrecy.stricter(said.words, part.words)
        return bool(kept)


def _key(part: Part) -> tuple[str, str]:
    """What makes two parts the same words: calls differ by whose call it is."""
    owner = part.call_id or part.name if part.kind in _KEYED_BY_CALL else ""
    if part.kind is PartKind.ATTACHMENT:
        owner = f"{part.name} {part.size}"
    return owner, canonical(part.text)
