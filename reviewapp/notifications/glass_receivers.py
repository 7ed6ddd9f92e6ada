"""Whom an opening by break-glass calls: who approves it, who asked, who reviews it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from reviewapp.core.models import User
from reviewapp.core.permissions import Right, Role
from reviewapp.notifications.receivers import Receiver
from reviewapp.notifications.rules import DEFAULT_CHANNELS, Occasion
from traces.glass import may_approve
from traces.models import BreakGlass

_ROLES = (Role.PRIVACY_OFFICER, Role.SUPPORT_LEAD)


@dataclass(frozen=True, slots=True)
class Keepers:
    """Everybody who might approve or review, fetched once for all openings."""

    people: Sequence[User]
    now: datetime

    @classmethod
    def of_now(cls, now: datetime) -> Self:
        holders = User.objects.filter(is_active=True, role_grants__role__in=_ROLES)
        people = holders.distinct().prefetch_related("role_grants").order_by("pk")
        return cls(list(people), now)

    def receivers(self, glass: BreakGlass, occasion: Occasion) -> list[Receiver]:
        """Return who is to be told; nobody of what needs nobody any more."""
        channels = frozenset(DEFAULT_CHANNELS[occasion])
        return [Receiver(person, channels) for person in self._people(glass, occasion)]

    def _people(self, glass: BreakGlass, occasion: Occasion) -> list[User]:
        if is_over(glass, occasion, self.now):
            return []
        if occasion == Occasion.GLASS_ANSWERED:
            return [glass.person]
        others = [who for who in self.people if who.pk != glass.person_id]
        if occasion == Occasion.GLASS_BROKEN:
            asker = glass.person.roles
            return [who for who in others if may_approve(who.roles, asker)]
        return [who for who in others if who.has_right(Right.GLASS_REVIEW)]


def is_over(glass: BreakGlass, occasion: str, now: datetime) -> bool:
    """True if nobody has to do anything about it any more."""
    if occasion == Occasion.GLASS_BROKEN:
        return glass.gives_reasoning or not glass.is_open_at(now)
    if occasion == Occasion.GLASS_ENDED:
        return glass.reviewed_at is not None
    return False
