"""Who calls with an agent's key: one query, for DRF views and ASGI streams alike."""

from __future__ import annotations

from django.utils import timezone

from reviewapp.core.problems import Forbidden, Unauthenticated
from systems.actors import AgentCaller
from systems.models import Key, KeyState, Scope
from systems.rules import is_use_due
from systems.services.keys import SECRET_START, digest_secret, note_key_use

_REFUSALS = {
    KeyState.REVOKED: ("key_revoked", "This key was revoked; ask for a new one."),
    KeyState.EXPIRED: ("key_expired", "This key has expired; ask for a new one."),
}


def authenticate_key(header: str) -> AgentCaller | None:
    """Return who calls with this `Authorization` header; None if it holds no agent key.

    Raises Unauthenticated `key_unknown`, `key_revoked` or `key_expired`, and Forbidden
    `system_retired`. Costs one query, and one small write a minute and key.
    """
    secret = secret_of(header)
    if secret is None:
        return None
    now = timezone.now()
    key = _find_key(secret)
    state = key.state_at(now)
    if state is not KeyState.VALID:
        raise Unauthenticated(*_REFUSALS[state])
    if key.system.is_retired:
        raise Forbidden("system_retired", "This system is retired; it may not act.")
    if is_use_due(key.last_used_at, now):
        note_key_use(key, now)
    return AgentCaller(key, key.system, frozenset(Scope(name) for name in key.scopes))


def secret_of(header: str) -> str | None:
    """Return the agent key in an `Authorization` header (RFC 6750), None if none."""
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret.startswith(SECRET_START):
        return None
    return secret


def _find_key(secret: str) -> Key:
    try:
        return Key.objects.select_related("system").get(
            secret_digest=digest_secret(secret)
        )
    except Key.DoesNotExist:
        raise Unauthenticated("key_unknown", "No such key was ever issued.") from None
