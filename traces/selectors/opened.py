"""What an opening brought (traces/services/openings.py), for those who draw it."""

from __future__ import annotations

from dataclasses import dataclass, field

from traces.selectors.reading import Place


@dataclass(frozen=True, slots=True)
class Opened:
    """The words that came, and whom the trace is about.

    `digests` are of opaque parts, whose words never come. `gone`: there were words
    once, and their key was destroyed.
    """

    texts: dict[Place, str] = field(default_factory=dict)
    conversation: str = ""
    subject: str = ""
    gone: bool = False
    digests: dict[Place, str] = field(default_factory=dict)
