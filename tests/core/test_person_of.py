"""Who is signed in, asked in one place; a door without a rule for people is a bug."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from reviewapp.core.http import actor_of, person_of
from reviewapp.core.models import User


@pytest.mark.parametrize("ask", [person_of, actor_of])
def test_a_door_that_let_nobody_in_particular_in_is_a_bug(ask):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(TypeError, match="rule for people"):
        ask(request)


def test_who_is_signed_in_is_who_the_session_says():
    request = RequestFactory().get("/")
    request.user = User(name="Ada")
    assert person_of(request) is request.user
