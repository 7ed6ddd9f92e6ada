"""Whom an explanation for a customer calls: who may release it, and who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from reviewapp.core.models import User
from reviewapp.core.permissions import ROLE_RIGHTS, Right
from reviewapp.notifications.receivers import Receiver
from reviewapp.notifications.rules import DEFAULT_CHANNELS, Occasion
from traces.models import Explanation

_ROLES = [
    role for role, rights in ROLE_RIGHTS.items() if Right.EXPLANATION_RELEASE in rights
]


@dataclass(frozen=True, slots=True)
class Releasers:
    """Everybody who might release, fetched once for all explanations."""

    people: Sequence[User]

    @classmethod
    def of_now(cls) -> Self:
        holders = User.objects.filter(is_active=True, role_grants__role__in=_ROLES)
        return cls(list(holders.distinct().order_by("pk")))

    def receivers(self, explanation: Explanation, occasion: Occasion) -> list[Receiver]:
        """Return who is to be told; nobody of what needs nobody any more."""
        if is_decided(explanation, occasion):
            return []
        channels = frozenset(DEFAULT_CHANNELS[occasion])
        return [
            Receiver(person, channels) for person in self._people(explanation, occasion)
        ]

    def _people(self, explanation: Explanation, occasion: Occasion) -> list[User]:
        if occasion == Occasion.EXPLAIN_DECIDED:
            author = explanation.author
            return [author] if author.is_active else []
        return [who for who in self.people if who.pk != explanation.author_id]


def is_decided(explanation: Explanation, occasion: str) -> bool:
    """True if nobody has to do anything about it any more."""
    state = Explanation.State(explanation.state)
    if occasion == Occasion.EXPLAIN_WAITS:
        return state is not Explanation.State.SUBMITTED
    return state is Explanation.State.DISCARDED
