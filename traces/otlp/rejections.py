"""What was not kept of a request, and the short account of it that goes back."""

from __future__ import annotations

from dataclasses import dataclass

# The specification wants short answers; ten are enough to see what is wrong.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Rejection:
    """One span or log record that was not kept. `reason` is ours: it quotes nothing."""

    span_id: bytes
    reason: str

    def __str__(self) -> str:
        # A wrong id may be of any length; sixteen digits are those of a right one.
        return f"{self.span_id[:8].hex() or 'without an id'}: {self.reason}"


def account_of(rejections: list[Rejection], noun: str) -> str:
    """Say in a few lines which were rejected and why; empty if none were."""
    if not rejections:
        return ""
    named = "; ".join(str(one) for one in rejections[:_NAMED])
    more = len(rejections) - _NAMED
    rest = f"; and {more} more" if more > 0 else ""
    return f"{len(rejections)} {noun} not kept: {named}{rest}"
