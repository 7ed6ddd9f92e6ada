"""The navigation shows each person where they may go, and where they are."""

import pytest
from django.test import RequestFactory

from reviewapp.navigation import navigation_of


@pytest.fixture
def places(rf: RequestFactory):
    def see(person, path="/"):
        request = rf.get(path)
        request.user = person
        return [item for group in navigation_of(request) for item in group.items]

    return see


def test_each_sees_only_what_opens_for_them(places, admin, reviewer, nobody):
    assert {"People", "Systems"} <= {item.label for item in places(admin)}
    labels = {item.label for item in places(reviewer)}
    assert "Queue" in labels
    assert "People" not in labels
    assert [item.label for item in places(nobody)] == ["Home", "Notices"]


def test_every_place_opens_for_whom_it_is_shown(places, admin, auditor, client_for):
    for person in (admin, auditor):
        browser = client_for(person)
        for item in places(person):
            assert browser.get(item.url).status_code == 200, item.url


def test_one_place_is_the_current_one(places, admin):
    assert [p.label for p in places(admin, "/people/7/") if p.current] == ["People"]
    assert [p.label for p in places(admin, "/") if p.current] == ["Home"]


def test_letters_lead_to_one_place_each(places, admin, reviewer, auditor):
    for person in (admin, reviewer, auditor):
        keys = [item.key for item in places(person) if item.key]
        assert len(keys) == len(set(keys))


def test_a_stranger_has_nowhere_to_go(rf):
    assert navigation_of(rf.get("/")) == []
