"""Sign-on by an identity provider: for people we know, by a verified address."""

import pytest
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from environ import Env

from reviewapp.core.models import Event
from reviewapp.core.oidc import oidc_apps

APP = {
    "provider_id": "company",
    "name": "Company",
    "client_id": "id",
    "secret": "secret",
    "settings": {"server_url": "https://id.example"},
}


@pytest.fixture
def sign_on(settings, rf, client):
    """The provider's answer arrives; returns the response of a refusal, or None."""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [APP]}}

    def arrive(email: str, *, verified=True, sub="42", process="login"):
        request = rf.get("/accounts/oidc/company/login/callback/")
        request.session = client.session
        provider = get_adapter().get_provider(request, "company")
        userinfo = {"sub": sub, "email": email, "email_verified": verified}
        with context.request_context(request):
            login = provider.sociallogin_from_response(request, {"userinfo": userinfo})
            login.state = {"process": process}
            login.lookup()
            try:
                get_adapter().pre_social_login(request, login)
            except ImmediateHttpResponse as refused:
                return refused.response
        return login.user

    return arrive


def test_a_known_person_is_linked_by_a_verified_address(sign_on, reviewer):
    assert sign_on(reviewer.email.upper()) == reviewer
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.uid) == (reviewer.pk, "42")
    assert Event.objects.get().verb == "identity.linked"
    reviewer.refresh_from_db()
    assert reviewer.has_usable_password()


def test_afterwards_the_identity_counts_and_not_the_address(sign_on, reviewer):
    sign_on(reviewer.email)
    assert sign_on("renamed@example.org") == reviewer
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("verified", [False, True])
def test_strangers_and_unverified_addresses_stay_outside(sign_on, reviewer, verified):
    email = "stranger@example.org" if verified else reviewer.email
    answer = sign_on(email, verified=verified)
    assert answer.status_code == 403
    assert b"unknown_person" in answer.content
    assert not SocialAccount.objects.exists()


def test_the_inactive_stay_outside(sign_on, reviewer):
    sign_on(reviewer.email)
    reviewer.is_active = False
    reviewer.save()
    assert sign_on(reviewer.email).status_code == 403


def test_identities_are_not_linked_by_hand(sign_on, reviewer):
    assert sign_on(reviewer.email, process="connect").status_code == 403


def test_the_sign_in_page_offers_it_when_it_is_set(sign_on, client, db):
    assert b"/accounts/oidc/company/login/" in client.get("/accounts/login/").content


def test_without_settings_there_is_no_provider(client, db, monkeypatch):
    assert oidc_apps(Env()) == []
    assert b"/accounts/oidc/" not in client.get("/accounts/login/").content
    monkeypatch.setenv("OIDC_CLIENT_ID", "id")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "secret")
    monkeypatch.setenv("OIDC_SERVER_URL", "https://id.example")
    monkeypatch.setenv("OIDC_NAME", "Company")
    assert oidc_apps(Env()) == [APP]
