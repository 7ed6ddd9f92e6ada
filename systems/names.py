"""What systems are called, for the ground floor, which knows only their ids."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from systems.models import System


def slugs_of(ids: Collection[UUID]) -> dict[UUID, str]:
    return dict(System.objects.filter(pk__in=ids).values_list("pk", "slug"))


def find_system_id(text: str) -> UUID | None:
    """Return the id behind a slug, or the id itself where that was typed."""
    try:
        return UUID(text)
    except ValueError:
        found = System.objects.filter(slug=text.strip().lower())
        return found.values_list("pk", flat=True).first()
