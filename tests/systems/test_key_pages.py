"""Keys by the browser: a fresh sign-in, and a secret that is shown once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from systems.authentication import authenticate_key
from systems.models import Key
from tests.builders import make_key, make_system

SECRET = re.compile(r"rva_[\w-]{43}")


@pytest.fixture
def system(db):
    return make_system("agent")


@pytest.fixture
def browser(client_for, admin):
    return client_for(admin, fresh=True)


def test_a_key_is_issued_and_shown_once(browser, system):
    form = {"label": "eu-1", "scopes": ["requests"], "days": "90"}
    page = browser.post("/systems/agent/keys/new", form)
    secret = SECRET.search(page.text).group()
    key = authenticate_key(f"Bearer {secret}").key
    assert (key.label, key.scopes) == ("eu-1", ["requests"])
    assert timedelta(days=89) < key.expires_at - timezone.now() <= timedelta(days=90)
    assert "no-store" in page["Cache-Control"]
    assert "from reviewapp_client import Client" in page.text
    assert not SECRET.search(browser.get("/systems/agent/").text)


def test_a_key_may_live_until_it_is_revoked(browser, system):
    browser.post("/systems/agent/keys/new", {"scopes": ["traces"], "days": "0"})
    assert Key.objects.get().expires_at is None


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"days": "90"},
        {"scopes": ["root"], "days": "90"},
        {"scopes": ["traces"], "days": "9999"},
        {"scopes": ["traces"], "days": "0", "label": "a\u202eb"},
    ],
)
def test_what_cannot_be_taken_issues_nothing(browser, system, form):
    assert browser.post("/systems/agent/keys/new", form).status_code == 422
    assert not Key.objects.exists()


def test_rotating_shows_the_new_key_and_how_long_the_old_one_works(browser, system):
    key, old_secret = make_key(system)
    page = browser.post(f"/systems/agent/keys/{key.pk}/rotate", {"minutes": "60"})
    secret = SECRET.search(page.text).group()
    assert authenticate_key(f"Bearer {secret}").key.replaces == key
    assert authenticate_key(f"Bearer {old_secret}").key == key
    assert "The old key works until" in page.text


def test_rotating_twice_says_so(browser, system):
    key, _ = make_key(system)
    address = f"/systems/agent/keys/{key.pk}/rotate"
    browser.post(address, {"minutes": "60"})
    answer = browser.post(address, {"minutes": "60"})
    assert answer.status_code == 409
    assert Key.objects.count() == 2


def test_an_overlap_off_the_list_is_refused(browser, system):
    key, _ = make_key(system)
    answer = browser.post(f"/systems/agent/keys/{key.pk}/rotate", {"minutes": "-5"})
    assert answer.status_code == 422
    assert Key.objects.count() == 1


def test_revoking_asks_first(browser, system):
    key, _ = make_key(system)
    address = f"/systems/agent/keys/{key.pk}/revoke"
    assert "There is no way back" in browser.get(address).text
    assert browser.post(address).status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None


@pytest.mark.parametrize("act", ["rotate", "revoke"])
def test_a_key_is_found_only_in_its_own_system(browser, system, act):
    key, _ = make_key(make_system("other"))
    assert browser.post(f"/systems/agent/keys/{key.pk}/{act}").status_code == 404


@pytest.mark.parametrize("act", ["new", "{key}/rotate", "{key}/revoke"])
def test_a_sign_in_of_this_morning_is_not_enough(client_for, admin, system, act):
    key, _ = make_key(system)
    address = "/systems/agent/keys/" + act.format(key=key.pk)
    form = {"scopes": ["traces"], "days": "0", "minutes": "60"}
    answer = client_for(admin).post(address, form)
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert Key.objects.get().revoked_at is None


@pytest.mark.parametrize("act", ["new", "{key}/rotate", "{key}/revoke"])
def test_an_engineer_may_not(client_for, engineer, system, act):
    key, _ = make_key(system)
    address = "/systems/agent/keys/" + act.format(key=key.pk)
    assert client_for(engineer, fresh=True).get(address).status_code == 403
    assert client_for(engineer, fresh=True).post(address).status_code == 403
