"""Capping who reads the words of a system's traces."""

import pytest
from django.db import IntegrityError
from django.urls import reverse

from reviewapp.core.models import Event
from systems.models import System
from systems.services.systems import cap_words
from tests.builders import actor_of_person, make_system


def test_it_works_and_is_in_the_log(privacy_officer):
    system = make_system()
    cap_words(system, 1, actor=actor_of_person(privacy_officer))
    system.refresh_from_db()
    assert system.words_tier == 1
    event = Event.objects.get(verb="system.words_capped")
    assert (event.facts["before"], event.facts["after"]) == (None, 1)


def test_a_cap_can_be_taken_away(privacy_officer):
    system = make_system(words_tier=0)
    cap_words(system, None, actor=actor_of_person(privacy_officer))
    system.refresh_from_db()
    assert system.words_tier is None


def test_no_difference_is_no_event(privacy_officer):
    cap_words(make_system(words_tier=2), 2, actor=actor_of_person(privacy_officer))
    assert not Event.objects.filter(verb="system.words_capped").exists()


def test_there_is_no_tier_beyond_the_table(db):
    with pytest.raises(IntegrityError, match="words_tier_is_a_tier"):
        make_system(words_tier=5)


def test_a_privacy_officer_settles_it_on_the_system_page(privacy_officer, client_for):
    system = make_system()
    browser = client_for(privacy_officer)
    page = browser.get(reverse("show_system", args=[system.slug]))
    assert reverse("cap_words", args=[system.slug]) in page.content.decode()
    answer = browser.post(reverse("cap_words", args=[system.slug]), {"tier": "2"})
    assert answer.status_code == 302
    assert System.objects.get().words_tier == 2
    shown = browser.get(reverse("show_system", args=[system.slug])).content.decode()
    assert "Tier 2: explanation at most" in shown
    assert "capped at tier none → 2" in shown


def test_what_is_no_tier_is_refused(privacy_officer, client_for):
    system = make_system()
    address = reverse("cap_words", args=[system.slug])
    assert client_for(privacy_officer).post(address, {"tier": "9"}).status_code == 422
    assert System.objects.get().words_tier is None


def test_an_engineer_caps_nothing(engineer, client_for):
    address = reverse("cap_words", args=[make_system().slug])
    assert client_for(engineer).post(address, {"tier": "0"}).status_code == 403
