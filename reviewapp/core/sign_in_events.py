"""What allauth tells of people at the door goes into the log.

Signals of other packages are how those packages speak; between our own apps there are
none. An address that belongs to nobody leaves a line in the logs and no event:
strangers must not be able to grow the one log.
"""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.http import HttpRequest

from reviewapp.core.actors import Actor
from reviewapp.core.digests import keyed_digest
from reviewapp.core.events import Facts, record_event
from reviewapp.core.http import session_digest
from reviewapp.core.models import User

log = structlog.get_logger(__name__)

_BY_THE_PERSON = (
    (account.user_logged_in, "person.signed_in"),
    (user_logged_out, "person.signed_out"),
    (account.password_changed, "password.changed"),
    (account.password_set, "password.changed"),
    (mfa.authenticator_added, "mfa.enabled"),
    (mfa.authenticator_reset, "mfa.renewed"),
    (mfa.authenticator_removed, "mfa.disabled"),
)
# At these moments somebody claims to be the person, but nobody is signed in yet.
_BEFORE_THE_PERSON = (
    (account.password_reset, "password.reset"),
    (mfa.authentication_failed, "person.sign_in_failed"),
)


def listen() -> None:
    """Connect the log to allauth's signals; called once, when the app is ready."""
    for signal, verb in _BY_THE_PERSON:
        signal.connect(_listener(verb, signed_in=True), weak=False, dispatch_uid=verb)
    for signal, verb in _BEFORE_THE_PERSON:
        signal.connect(_listener(verb, signed_in=False), weak=False, dispatch_uid=verb)


def record_failed_sign_in(email: str) -> None:
    """A wrong password, for an address that may or may not be somebody's."""
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        log.info("sign_in.unknown", address=keyed_digest("email", email.casefold()))
        return
    _record("person.sign_in_failed", person, _door(), {"method": "password"})


def _listener(verb: str, *, signed_in: bool) -> Any:
    def hear(
        request: HttpRequest | None = None, user: Any = None, **kwargs: Any
    ) -> None:
        if request is None or not isinstance(user, User):
            return  # signed out of a session that was nobody's
        actor = Actor.of_person(user, session_digest(request)) if signed_in else _door()
        _record(verb, user, actor, _facts(kwargs))

    return hear


def _facts(told: dict[str, Any]) -> Facts:
    authenticator = told.get("authenticator")
    if authenticator is not None:
        return {"method": str(authenticator.type)}
    return {"method": "identity provider"} if "sociallogin" in told else {}


def _door() -> Actor:
    return Actor.of_process("sign-in")


@transaction.atomic
def _record(verb: str, person: User, actor: Actor, facts: Facts) -> None:
    record_event(verb, person, actor=actor, facts=facts)
