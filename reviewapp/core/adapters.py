"""How allauth works here: nobody signs up, strangers stay outside, secrets are sealed.

People are added by an administrator, who vouches for their address; so allauth's own
table of verified addresses is not used.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import User
from reviewapp.core.problems import Forbidden
from reviewapp.core.sign_in_events import record_failed_sign_in
from reviewapp.core.views.problems import answer_problem

_NONCE_BYTES = 12
_LABEL = b"mfa"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    """Sign-in by e-mail address and password."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def authentication_failed(self, request: HttpRequest, **credentials: str) -> None:
        record_failed_sign_in(credentials.get("email", ""))


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-on by an identity provider, for people whom an administrator has added."""

    def is_open_for_signup(
        self, request: HttpRequest, sociallogin: SocialLogin
    ) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whom we know, by an earlier sign-on or by verified address."""
        person = sociallogin.user if sociallogin.is_existing else _known(sociallogin)
        only_signs_in = sociallogin.state.get("process") == AuthProcess.LOGIN
        if person is None or not person.is_active or not only_signs_in:
            raise ImmediateHttpResponse(answer_problem(request, _stranger()))
        if not sociallogin.is_existing:
            _link_identity(request, sociallogin, person)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors; their secrets are encrypted with the master key."""

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(settings.MASTER_KEY).encrypt(nonce, text.encode(), _LABEL)
        return b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        raw = b64decode(encrypted_text)
        nonce, sealed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
        return AESGCM(settings.MASTER_KEY).decrypt(nonce, sealed, _LABEL).decode()


def _known(sociallogin: SocialLogin) -> User | None:
    """The person with an address that the provider itself has verified."""
    verified = [found.email for found in sociallogin.email_addresses if found.verified]
    return next(
        (
            person
            for email in verified
            if (person := User.objects.filter(email__iexact=email).first())
        ),
        None,
    )


@transaction.atomic
def _link_identity(
    request: HttpRequest, sociallogin: SocialLogin, person: User
) -> None:
    sociallogin.connect(request, person)
    record_event(
        "identity.linked",
        person,
        actor=Actor.of_process("sign-in"),
        facts={"provider": sociallogin.account.provider},
    )


def _stranger() -> Forbidden:
    return Forbidden(
        "unknown_person",
        "The identity provider vouches for you, but nobody has added you here, or your "
        "account is not active. Ask an administrator.",
    )
