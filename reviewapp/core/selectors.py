"""Reads about people."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from reviewapp.core.models import PersonalToken, User

PEOPLE_ORDER = ("email", "id")


def find_people(words: str = "") -> QuerySet[User]:
    """Return people with their roles; `words` is part of a name or address."""
    people = User.objects.prefetch_related("role_grants")
    if words:
        people = people.filter(Q(email__icontains=words) | Q(name__icontains=words))
    return people


def live_tokens(person: User) -> QuerySet[PersonalToken]:
    """Return the tokens of a person that still open doors, newest first."""
    return person.tokens.filter(revoked_at=None).order_by("-created_at")
