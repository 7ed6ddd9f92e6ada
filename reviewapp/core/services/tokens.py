"""Personal tokens: issued, shown once, revoked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.authentication import (
    PERSON_PREFIX,
    SHOWN_CHARACTERS,
    new_secret,
    secret_digest,
)
from reviewapp.core.events import record_event
from reviewapp.core.models import PersonalToken, User
from reviewapp.core.problems import AlreadyHandled, Conflict

TOKENS_PER_PERSON = 20


@transaction.atomic
def issue_token(person: User, *, actor: Actor) -> tuple[PersonalToken, str]:
    """Return a new token and its secret, which nobody can read again.

    Raises Conflict `inactive` or `too_many_tokens`.
    """
    if not person.is_active:
        raise Conflict("inactive", "An inactive person has no rights to lend a token.")
    if person.tokens.filter(revoked_at=None).count() >= TOKENS_PER_PERSON:
        raise Conflict(
            "too_many_tokens", "Revoke a token that you no longer use first."
        )
    secret = new_secret(PERSON_PREFIX)
    token = PersonalToken.objects.create(
        person=person,
        prefix=secret[:SHOWN_CHARACTERS],
        secret_digest=secret_digest(secret),
    )
    record_event("token.issued", person, actor=actor, facts={"token": str(token.pk)})
    return token, secret


@transaction.atomic
def revoke_token(token: PersonalToken, *, actor: Actor) -> None:
    """Make a token worthless from the next call on."""
    live = PersonalToken.objects.filter(pk=token.pk, revoked_at=None)
    if not live.update(revoked_at=timezone.now()):
        raise AlreadyHandled
    record_event(
        "token.revoked", token.person, actor=actor, facts={"token": str(token.pk)}
    )
