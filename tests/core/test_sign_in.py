"""Signing in and out by password."""

from tests.builders import PASSWORD


def test_a_stranger_is_sent_to_sign_in_and_comes_back(client, db):
    response = client.get("/profile/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fprofile%2F"


def test_a_person_signs_in_by_email(client, reviewer):
    response = client.post(
        "/accounts/login/?next=/profile/",
        {"login": reviewer.email.upper(), "password": PASSWORD},
    )
    assert response["Location"] == "/profile/"
    assert client.get("/profile/").status_code == 200
