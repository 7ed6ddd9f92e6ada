"""Personal tokens: issued once, used as the person, revoked for good."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from reviewapp.core.models import Event, PersonalToken
from reviewapp.core.problems import AlreadyHandled, Conflict
from reviewapp.core.services import tokens
from reviewapp.core.services.tokens import issue_token, revoke_token
from tests.builders import actor_of_person

pytestmark = [pytest.mark.urls("tests.core.doors"), pytest.mark.django_db]


def call(secret: str, scheme: str = "Bearer"):
    return APIClient().get("/api/test/echo", HTTP_AUTHORIZATION=f"{scheme} {secret}")


@pytest.fixture
def issued(reviewer):
    return issue_token(reviewer, actor=actor_of_person(reviewer))


def test_a_token_acts_as_its_person(issued, reviewer):
    answer = call(issued[1])
    assert answer.status_code == 200
    assert answer.json()["actor"] == reviewer.email
    assert call(issued[1], scheme="bearer").status_code == 200


def test_only_a_digest_is_kept(issued):
    token, secret = issued
    stored = PersonalToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str(stored)
    assert secret.startswith(token.prefix)


def test_a_revoked_token_opens_nothing(issued, reviewer):
    token, secret = issued
    revoke_token(token, actor=actor_of_person(reviewer))
    answer = call(secret)
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_unknown"
    with pytest.raises(AlreadyHandled):
        revoke_token(token, actor=actor_of_person(reviewer))


@pytest.mark.parametrize(
    "secret", ["rvp_wrong", "rvx_unheard", "rvp_", "", "rvp_\x80", "a b c"]
)
def test_other_secrets_are_refused(secret, db):
    assert call(secret).status_code == 401


def test_a_token_of_somebody_inactive_opens_nothing(issued, reviewer):
    reviewer.is_active = False
    reviewer.save()
    assert call(issued[1]).status_code == 401


def test_a_token_has_no_more_rights_than_its_person(nobody, api_for):
    assert api_for(nobody).get("/api/test/echo").status_code == 403


def test_use_is_noted_once_a_minute(issued):
    token, secret = issued
    call(secret)
    token.refresh_from_db()
    first = token.last_used_at
    call(secret)
    token.refresh_from_db()
    assert token.last_used_at == first
    earlier = timezone.now() - timedelta(minutes=2)
    PersonalToken.objects.filter(pk=token.pk).update(last_used_at=earlier)
    call(secret)
    token.refresh_from_db()
    assert token.last_used_at > first


def test_issue_and_revoke_are_events_without_the_secret(issued, reviewer):
    revoke_token(issued[0], actor=actor_of_person(reviewer))
    events = Event.objects.filter(verb__startswith="token.").order_by("id")
    assert [event.verb for event in events] == ["token.issued", "token.revoked"]
    assert issued[1] not in str(list(events.values()))


def test_tokens_do_not_pile_up(reviewer, monkeypatch):
    monkeypatch.setattr(tokens, "TOKENS_PER_PERSON", 1)
    issue_token(reviewer, actor=actor_of_person(reviewer))
    with pytest.raises(Conflict) as refused:
        issue_token(reviewer, actor=actor_of_person(reviewer))
    assert refused.value.code == "too_many_tokens"


def test_the_page_shows_the_secret_once(reviewer, client_for):
    browser = client_for(reviewer, fresh=True)
    answer = browser.post("/profile/tokens/")
    assert answer.status_code == 201
    assert b"rvp_" in answer.content
    token = reviewer.tokens.get()
    page = browser.get("/profile/").content.decode()
    assert token.prefix in page
    assert "rvp_" not in page.replace(token.prefix, "")


def test_an_old_session_issues_nothing(reviewer, client_for):
    answer = client_for(reviewer).post("/profile/tokens/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not reviewer.tokens.exists()


def test_a_token_of_somebody_else_is_not_found(issued, lead, client_for):
    url = f"/profile/tokens/{issued[0].pk}/revoke/"
    assert client_for(lead).post(url).status_code == 404
    assert PersonalToken.objects.get().revoked_at is None


def test_the_command_prints_the_token_alone(reviewer):
    out = StringIO()
    call_command("issue_token", reviewer.email.upper(), stdout=out)
    assert call(out.getvalue().strip()).status_code == 200
    assert out.getvalue().count("\n") == 1


def test_the_command_refuses_strangers_and_the_inactive(reviewer):
    with pytest.raises(CommandError):
        call_command("issue_token", "stranger@example.org")
    reviewer.is_active = False
    reviewer.save()
    with pytest.raises(CommandError, match="inactive"):
        call_command("issue_token", reviewer.email)
