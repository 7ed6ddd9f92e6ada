"""Sign-on by an identity provider: for people we know, by a verified address.

The whole way is walked: out to the provider with state and PKCE, and back with its
answer. Only the provider's own HTTP is made up.
"""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from environ import Env

from reviewapp.core.adapters import SocialAccountAdapter
from reviewapp.core.models import Event
from reviewapp.core.oidc import oidc_apps

PROVIDER = "https://id.example"
APP = {
    "provider_id": "company",
    "name": "Company",
    "client_id": "id",
    "secret": "secret",
    "settings": {"server_url": PROVIDER},
}


class Provider:
    """The provider's three answers: its configuration, a token, who it is."""

    def __init__(self) -> None:
        self.userinfo: dict[str, object] = {}
        self.token_requests: list[dict[str, str]] = []

    def get(self, url: str, **kwargs: object) -> SimpleNamespace:
        if url.endswith("/userinfo"):
            return self._answer(self.userinfo)
        ends = ("authorization", "token", "userinfo")
        config = {f"{end}_endpoint": f"{PROVIDER}/{end}" for end in ends}
        return self._answer(config | {"issuer": PROVIDER})

    def request(self, method: str, url: str, **kwargs: object) -> SimpleNamespace:
        self.token_requests.append(kwargs["data"])
        return self._answer({"access_token": "opaque", "token_type": "Bearer"})

    def _answer(self, body: dict[str, object]) -> SimpleNamespace:
        return SimpleNamespace(
            status_code=200,
            headers={"content-type": "application/json"},
            json=lambda: body,
            raise_for_status=lambda: None,
        )


@pytest.fixture
def provider(settings, monkeypatch) -> Provider:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [APP], "OAUTH_PKCE_ENABLED": True}
    }
    provider = Provider()
    session = lambda adapter: nullcontext(provider)  # noqa: E731  a method's stand-in
    monkeypatch.setattr(SocialAccountAdapter, "get_requests_session", session)
    return provider


@pytest.fixture
def sign_on(provider, client):
    """Walk out and back; the answer to coming back."""

    def walk(email: str, *, verified: bool = True, sub: str = "42", query: str = ""):
        provider.userinfo = {"sub": sub, "email": email, "email_verified": verified}
        out = client.get(f"/accounts/oidc/company/login/?next=/profile/&{query}")
        state = parse_qs(urlsplit(out["Location"]).query)["state"][0]
        back = {"code": "one-time", "state": state}
        return client.get("/accounts/oidc/company/login/callback/", back)

    return walk


def is_inside(client) -> bool:
    return client.get("/profile/").status_code == 200


def test_a_known_person_enters_and_is_linked(sign_on, reviewer, client):
    assert sign_on(reviewer.email.upper())["Location"] == "/profile/"
    assert is_inside(client)
    linked = SocialAccount.objects.get()
    assert (linked.user_id, linked.uid) == (reviewer.pk, "42")
    verbs = list(Event.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["identity.linked", "person.signed_in"]
    reviewer.refresh_from_db()
    assert reviewer.has_usable_password()


def test_the_way_out_carries_state_and_a_challenge(provider, sign_on, client, reviewer):
    out = client.get("/accounts/oidc/company/login/?auth_params=prompt%3Dlogin")
    asked = parse_qs(urlsplit(out["Location"]).query)
    assert out["Location"].startswith(f"{PROVIDER}/authorization?")
    assert asked["prompt"] == ["login"]
    assert asked["code_challenge_method"] == ["S256"]
    sign_on(reviewer.email)
    assert provider.token_requests[0]["code_verifier"]


def test_afterwards_the_identity_counts_and_not_the_address(sign_on, reviewer, client):
    sign_on(reviewer.email)
    client.post("/accounts/logout/")
    sign_on("renamed@example.org")
    assert is_inside(client)
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize("verified", [False, True])
def test_strangers_and_unverified_addresses_stay_outside(
    verified, sign_on, reviewer, client
):
    email = "stranger@example.org" if verified else reviewer.email
    answer = sign_on(email, verified=verified)
    assert answer.status_code == 403
    assert b"unknown_person" in answer.content
    assert not is_inside(client)
    assert not SocialAccount.objects.exists()


def test_the_inactive_stay_outside(sign_on, reviewer, client):
    sign_on(reviewer.email)
    client.post("/accounts/logout/")
    reviewer.is_active = False
    reviewer.save()
    assert sign_on(reviewer.email).status_code == 403
    assert not is_inside(client)


def test_identities_are_not_linked_by_hand(sign_on, reviewer, client):
    client.force_login(reviewer)
    answer = sign_on("other@example.org", query="process=connect")
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_an_answer_that_nobody_asked_for_is_refused(provider, client, reviewer):
    provider.userinfo = {"sub": "1", "email": reviewer.email, "email_verified": True}
    forged = {"code": "stolen", "state": "forged"}
    client.get("/accounts/oidc/company/login/callback/", forged)
    assert not is_inside(client)


def test_the_sign_in_page_offers_it_when_it_is_set(provider, client, db):
    assert b"/accounts/oidc/company/login/" in client.get("/accounts/login/").content


def test_without_settings_there_is_no_provider(client, db, monkeypatch):
    assert oidc_apps(Env()) == []
    assert b"/accounts/oidc/" not in client.get("/accounts/login/").content
    monkeypatch.setenv("OIDC_CLIENT_ID", "id")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "secret")
    monkeypatch.setenv("OIDC_SERVER_URL", PROVIDER)
    monkeypatch.setenv("OIDC_NAME", "Company")
    assert oidc_apps(Env()) == [APP]
