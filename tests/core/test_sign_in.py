"""Signing in and out by password, and what the log keeps of it."""

import pytest

from reviewapp.core.models import Event
from tests.builders import PASSWORD

REDIS = "django.core.cache.backends.redis.RedisCache"


def sign_in(client, email: str, password: str = PASSWORD, to: str = "/profile/"):
    login = {"login": email, "password": password}
    return client.post(f"/accounts/login/?next={to}", login)


def verbs() -> list[str]:
    return list(Event.objects.order_by("id").values_list("verb", flat=True))


def test_a_person_signs_in_by_email_in_any_case(client, reviewer):
    assert sign_in(client, reviewer.email.upper())["Location"] == "/profile/"
    assert client.get("/profile/").status_code == 200


def test_signing_in_and_out_are_events_of_one_session(client, reviewer):
    sign_in(client, reviewer.email)
    client.post("/accounts/logout/")
    assert client.get("/profile/").status_code == 302
    came, went = Event.objects.order_by("id")
    assert (came.verb, went.verb) == ("person.signed_in", "person.signed_out")
    assert came.person_id == reviewer.pk
    assert came.session == went.session != ""
    assert client.cookies.output().find(came.session) == -1


def test_a_wrong_password_is_an_event_of_the_door(client, reviewer):
    answer = sign_in(client, reviewer.email, "wrong")
    assert b"not correct" in answer.content
    failed = Event.objects.get()
    assert failed.verb == "person.sign_in_failed"
    assert failed.subject_id == str(reviewer.pk)
    assert failed.person_id is None


def test_a_stranger_leaves_no_event_and_learns_nothing(client, reviewer):
    unknown = sign_in(client, "stranger@example.org", "wrong")
    known = sign_in(client, reviewer.email, "wrong")
    assert verbs() == ["person.sign_in_failed"]
    scrubbed = known.content.replace(reviewer.email.encode(), b"stranger@example.org")
    assert unknown.content.count(b"not correct") == scrubbed.count(b"not correct") == 1


def test_five_wrong_passwords_lock_the_address_for_a_while(client, reviewer, lead):
    for _ in range(5):
        sign_in(client, reviewer.email, "wrong")
    assert b"Too many failed" in sign_in(client, reviewer.email).content
    assert sign_in(client, lead.email).status_code == 302


def test_without_redis_the_door_says_come_back_later(client, reviewer, settings):
    nowhere = {"BACKEND": REDIS, "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {"default": nowhere}
    answer = sign_in(client, reviewer.email)
    assert answer.status_code == 503
    assert answer["Retry-After"]


def test_somebody_inactive_stays_outside(client, reviewer):
    reviewer.is_active = False
    reviewer.save()
    sign_in(client, reviewer.email)
    assert client.get("/profile/").status_code == 302
    assert "person.signed_in" not in verbs()


def test_nobody_is_led_to_another_site(client, reviewer):
    answer = sign_in(client, reviewer.email, to="https://evil.example/")
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize("path", ["signup/", "3rdparty/signup/", "email/"])
def test_nobody_signs_up(client, db, path):
    assert client.get(f"/accounts/{path}").status_code == 403


def test_a_reset_of_an_unknown_address_sends_nothing(client, reviewer, mailoutbox):
    client.post("/accounts/password/reset/", {"email": "stranger@example.org"})
    assert mailoutbox == []
    client.post("/accounts/password/reset/", {"email": reviewer.email})
    assert mailoutbox[0].to == [reviewer.email]


def test_a_form_of_an_old_page_is_refused_with_a_clear_message(reviewer, client_for):
    browser = client_for(reviewer, enforce_csrf_checks=True)
    answer = browser.post("/profile/", {"name": "New"})
    assert answer.status_code == 403
    assert b"csrf_failed" in answer.content
    reviewer.refresh_from_db()
    assert reviewer.name == "Rita Reviewer"


def test_a_person_changes_name_and_zone(reviewer, client_for):
    browser = client_for(reviewer)
    browser.post("/profile/", {"name": "Rita", "time_zone": "Europe/Berlin"})
    reviewer.refresh_from_db()
    assert (reviewer.name, reviewer.time_zone) == ("Rita", "Europe/Berlin")
    bad = browser.post("/profile/", {"name": "Rita", "time_zone": "Mars/Olympus"})
    assert bad.status_code == 422
