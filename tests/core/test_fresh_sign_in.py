"""Sensitive acts ask the person to show once more that it is they."""

import time

import pytest

from tests.builders import PASSWORD

pytestmark = [pytest.mark.urls("tests.core.doors"), pytest.mark.django_db]

DOOR = "/accounts/reauthenticate/?next=%2Ftest%2Ffresh"


def test_an_old_session_is_asked_and_comes_back(admin, client_for):
    browser = client_for(admin)
    assert browser.get("/test/fresh")["Location"] == DOOR
    answer = browser.post(DOOR, {"password": PASSWORD})
    assert answer["Location"] == "/test/fresh"
    assert browser.get("/test/fresh").status_code == 200


def test_a_wrong_password_opens_nothing(admin, client_for):
    browser = client_for(admin)
    browser.post(DOOR, {"password": "wrong"})
    assert browser.get("/test/fresh").status_code == 302


def test_signing_in_counts_for_five_minutes(admin, client, monkeypatch):
    client.post("/accounts/login/", {"login": admin.email, "password": PASSWORD})
    assert client.get("/test/fresh").status_code == 200
    later = time.time() + 301
    monkeypatch.setattr("reviewapp.core.access.time.time", lambda: later)
    assert client.get("/test/fresh").status_code == 302


def test_a_fresh_session_of_somebody_without_the_right_stays_outside(
    reviewer, client_for
):
    assert client_for(reviewer, fresh=True).get("/test/fresh").status_code == 403


def test_a_token_is_never_fresh(reviewer, api_for):
    answer = api_for(reviewer).post("/api/test/fresh", {}, format="json")
    assert answer.status_code == 403
    assert answer.json()["code"] == "reauthentication_required"


def test_records_of_another_person_do_not_count(admin, reviewer, client_for):
    browser = client_for(admin, fresh=True)
    session = browser.session
    session["account_authentication_methods_user"] = str(reviewer.pk)
    session.save()
    assert browser.get("/test/fresh").status_code == 302


def test_without_a_password_the_provider_is_asked(admin, client_for, settings):
    app = {
        "provider_id": "company",
        "name": "Company",
        "client_id": "id",
        "secret": "secret",
        "settings": {"server_url": "https://id.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    admin.set_unusable_password()
    admin.save()
    answer = client_for(admin).get("/test/fresh")
    assert answer["Location"] == (
        "/accounts/oidc/company/login/?auth_params=prompt%3Dlogin&next=%2Ftest%2Ffresh"
    )


def test_with_no_way_left_the_person_signs_out_and_in_again(admin, client_for):
    admin.set_unusable_password()
    admin.save()
    answer = client_for(admin).get("/test/fresh")
    assert answer["Location"] == "/accounts/logout/?next=%2Ftest%2Ffresh"
