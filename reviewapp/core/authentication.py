"""Who is calling the API: a person by session or personal token.

Bearer secrets tell by their prefix what they are: `rvp_` a person's token, `rva_` an
agent's key (systems/authentication.py). Each class answers for its own prefix and
leaves the others to its neighbours, so an API may admit both.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

import structlog
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from reviewapp.core.models import PersonalToken, User
from reviewapp.core.problems import Forbidden, Unauthenticated

PERSON_PREFIX = "rvp_"
AGENT_PREFIX = "rva_"
SHOWN_CHARACTERS = 10
# "Last used" is a hint for people; one write a minute is enough of it.
_USE_NOTED_EVERY = timedelta(minutes=1)


def new_secret(prefix: str) -> str:
    """Return a fresh bearer secret with 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """Return the SHA-256 (hex) under which a bearer secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer_secret(authorization: str) -> str | None:
    """Return the secret of an `Authorization: Bearer …` header, or None."""
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


class BearerAuthentication(BaseAuthentication):
    """A bearer secret of one prefix. Subclasses say who it stands for."""

    prefix: ClassVar[str]

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return (user, auth), or None if the header holds nothing of our prefix."""
        secret = bearer_secret(request.headers.get("Authorization", ""))
        if secret is None or not secret.startswith(self.prefix):
            return None
        found = self.find(secret_digest(secret), timezone.now())
        if found is None:
            raise unknown_bearer()
        return found

    def find(self, digest: str, now: datetime) -> tuple[Any, Any] | None:
        """Return (user, auth) of a live secret, or None: unknown, revoked, expired."""
        raise NotImplementedError

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="reviewapp"'


class PersonalTokenAuthentication(BearerAuthentication):
    """`rvp_…`: `request.user` is the person, `request.auth` their token."""

    prefix = PERSON_PREFIX

    def find(self, digest: str, now: datetime) -> tuple[User, PersonalToken] | None:
        live = PersonalToken.objects.select_related("person").filter(
            secret_digest=digest, revoked_at=None, person__is_active=True
        )
        # There is one at most, so it needs no order.
        token = next(iter(live), None)
        if token is None:
            return None
        _note_use(token, now)
        _name_in_logs(token.person)
        return token.person, token


class PersonSessionAuthentication(SessionAuthentication):
    """The browser's session, with CSRF protection on every unsafe method."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        person = getattr(request._request, "user", None)
        if not isinstance(person, User) or not person.is_active:
            return None
        self.enforce_csrf(request)
        _name_in_logs(person)
        return person, None

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as problem:
            raise Forbidden(
                "csrf_failed", "The page is too old to act from; reload it."
            ) from problem


def _name_in_logs(person: User) -> None:
    structlog.contextvars.bind_contextvars(actor=f"person:{person.pk}")


def unknown_bearer() -> Unauthenticated:
    return Unauthenticated("token_unknown", "This bearer token is unknown or revoked.")


def _note_use(token: PersonalToken, now: datetime) -> None:
    if token.last_used_at is None or token.last_used_at < now - _USE_NOTED_EVERY:
        PersonalToken.objects.filter(pk=token.pk).update(last_used_at=now)
