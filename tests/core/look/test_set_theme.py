from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_theme_is_kept_in_a_cookie_and_the_person_goes_back(client):
    answer = client.post(reverse("set_theme"), {"theme": "dark", "next": "/profile/"})
    assert answer.url == "/profile/"
    assert client.cookies["theme"].value == "dark"


def test_a_theme_that_is_none_is_refused(client):
    answer = client.post(reverse("set_theme"), {"theme": "pink"})
    assert answer.status_code == 400
    assert "theme" not in client.cookies


def test_the_way_back_never_leaves_the_house(client):
    answer = client.post(
        reverse("set_theme"), {"theme": "dark", "next": "https://evil.example/"}
    )
    assert answer.url == "/"
