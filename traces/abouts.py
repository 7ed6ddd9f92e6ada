"""Whom or what a pasted reference may name, without the reference.

References of people and conversations are personal data, and addresses are kept: by
browsers, by proxies, by whoever is sent one. So an address has digests in its place.
They are keyed, so nobody finds the reference by them who cannot look it up anyway.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from reviewapp.core.digests import reference_digest

_DIGEST_LENGTH = 64
_TOKEN = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class About:
    """Digests of one reference: as a person's and as a conversation's.

    Whoever pastes a reference need not know which it is.
    """

    subject: str
    conversation: str

    @classmethod
    def of(cls, reference: str) -> Self:
        return cls(
            reference_digest("subject", reference),
            reference_digest("conversation", reference),
        )

    @classmethod
    def in_address(cls, token: str) -> Self | None:
        """Return what an address says, or None where it says nothing of the kind."""
        if not _TOKEN.fullmatch(token):
            return None
        return cls(token[:_DIGEST_LENGTH], token[_DIGEST_LENGTH:])

    @property
    def token(self) -> str:
        return self.subject + self.conversation
