"""Doors: declared or shut, for whom, and how a refusal looks to whom."""

import pytest

from reviewapp.core.access import PUBLIC, SIGNED_IN, rule
from reviewapp.core.permissions import Right

pytestmark = [pytest.mark.urls("tests.core.doors"), pytest.mark.django_db]

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/queue/?page=2"}


def test_a_view_that_declares_nothing_is_shut_to_everybody(admin, client_for):
    answer = client_for(admin).get("/test/undeclared")
    assert answer.status_code == 403
    assert b"everything" not in answer.content


def test_an_api_that_declares_nothing_is_shut_to_everybody(admin, api_for):
    answer = api_for(admin).get("/api/test/undeclared")
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"


def test_any_one_of_the_rights_opens(auditor, admin, reviewer, client_for):
    assert client_for(auditor).get("/test/any-of-two").status_code == 200
    assert client_for(admin).get("/test/any-of-two").status_code == 200
    assert client_for(reviewer).get("/test/any-of-two").status_code == 403


def test_somebody_without_roles_may_only_be_signed_in(nobody, client_for):
    assert client_for(nobody).get("/test/signed-in").status_code == 200
    assert client_for(nobody).get("/test/any-of-two").status_code == 403


def test_a_refused_page_is_a_page_and_a_refused_fragment_a_fragment(nobody, client_for):
    page = client_for(nobody).get("/test/any-of-two").content.decode()
    part = client_for(nobody).get("/test/any-of-two", headers=HTMX).content.decode()
    assert "<html" in page
    assert "<html" not in part
    assert "not_allowed" in part


def test_a_stranger_is_led_to_the_door_and_back(client):
    answer = client.get("/test/signed-in?a=1")
    assert answer["Location"] == "/accounts/login/?next=%2Ftest%2Fsigned-in%3Fa%3D1"


def test_a_fragment_of_an_expired_session_moves_the_whole_window(client):
    answer = client.post("/test/signed-in", headers=HTMX)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fqueue%2F%3Fpage%3D2"


def test_a_post_of_an_expired_session_leads_back_to_its_page(client):
    ours = {"Referer": "http://testserver/queue/7/"}
    answer = client.post("/test/signed-in", headers=ours)
    assert answer["Location"].endswith("next=http%3A%2F%2Ftestserver%2Fqueue%2F7%2F")
    theirs = {"Referer": "https://evil.example/"}
    assert client.post("/test/signed-in", headers=theirs)["Location"].endswith("=%2F")


def test_a_stranger_at_an_api_hears_how_to_authenticate(client):
    answer = client.get("/api/test/echo")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_authenticated"


def test_a_rule_is_one_rule_or_some_rights():
    assert rule(PUBLIC) is PUBLIC
    assert rule(SIGNED_IN, fresh=True).fresh
    with pytest.raises(TypeError):
        rule()
    with pytest.raises(TypeError):
        rule(PUBLIC, Right.LOG_READ)
    with pytest.raises(TypeError):
        rule(PUBLIC, fresh=True)
