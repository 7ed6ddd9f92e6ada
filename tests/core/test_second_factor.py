"""Signing in with a second factor: switched on, asked for, recovered, switched off."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from reviewapp.core.adapters import MfaAdapter
from reviewapp.core.models import Event
from tests.builders import PASSWORD


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def verbs() -> list[str]:
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


@pytest.fixture
def secret(reviewer, client_for, django_capture_on_commit_callbacks) -> str:
    """The reviewer's TOTP secret, switched on through the pages."""
    browser = client_for(reviewer, fresh=True)
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    shown = re.search(r"secret=([A-Z2-7]+)", page) or re.search(
        r'value="([A-Z2-7]{16,})"', page
    )
    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/accounts/2fa/totp/activate/", {"code": code_now(shown[1])})
    return shown[1]


def sign_in(client, person):
    login = {"login": person.email, "password": PASSWORD}
    return client.post("/accounts/login/?next=/profile/", login)


def test_the_password_alone_no_longer_opens(secret, reviewer, client):
    door = sign_in(client, reviewer)["Location"]
    assert door.startswith("/accounts/2fa/authenticate/")
    assert client.get("/profile/").status_code == 302
    assert "person.signed_in" not in verbs()


def test_a_code_opens(secret, reviewer, client):
    sign_in(client, reviewer)
    client.post("/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert client.get("/profile/").status_code == 200
    assert "person.signed_in" in verbs()


def test_a_wrong_code_is_an_event(secret, reviewer, client):
    sign_in(client, reviewer)
    answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert b"Incorrect code" in answer.content
    assert client.get("/profile/").status_code == 302
    assert verbs()[-1] == "person.sign_in_failed"


def test_switching_on_makes_recovery_codes_that_open_once(secret, reviewer, client):
    codes = Authenticator.objects.get(user=reviewer, type="recovery_codes").wrap()
    code = codes.get_unused_codes()[0]
    sign_in(client, reviewer)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/profile/").status_code == 200
    client.post("/accounts/logout/")
    sign_in(client, reviewer)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/profile/").status_code == 302


def test_switching_on_and_off_are_events_and_need_a_fresh_sign_in(
    secret, reviewer, client_for, django_capture_on_commit_callbacks
):
    assert "mfa.enabled" in verbs()
    url = "/accounts/2fa/totp/deactivate/"
    assert client_for(reviewer).post(url)["Location"].startswith("/accounts/")
    assert Authenticator.objects.filter(user=reviewer, type="totp").exists()
    with django_capture_on_commit_callbacks(execute=True):
        client_for(reviewer, fresh=True).post(url)
    assert not Authenticator.objects.filter(user=reviewer, type="totp").exists()
    assert "mfa.disabled" in verbs()


def test_the_secret_does_not_lie_open_in_the_database(secret, reviewer):
    stored = Authenticator.objects.get(user=reviewer, type="totp").data
    assert secret not in str(stored)
    assert MfaAdapter().decrypt(stored["secret"]) == secret


def test_a_password_reset_does_not_go_around_the_second_factor(
    secret, reviewer, client, mailoutbox
):
    client.post("/accounts/password/reset/", {"email": reviewer.email})
    link = re.search(r"http://testserver(/accounts/\S+)", mailoutbox[0].body)
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    new = {"password1": "another long one", "password2": "another long one"}
    client.post(form, new)
    assert verbs()[-1] == "password.reset"
    assert client.get("/profile/").status_code == 302
