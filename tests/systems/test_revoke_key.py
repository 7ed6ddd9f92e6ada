"""A revoked key opens nothing, at once and for good."""

from __future__ import annotations

import pytest

from reviewapp.core.models import Event
from reviewapp.core.problems import AlreadyHandled, Unauthenticated
from systems.authentication import authenticate_key
from systems.services.keys import revoke_key
from tests.builders import actor_of_person, make_key


def test_it_works(admin):
    key, secret = make_key()
    revoke_key(key, actor=actor_of_person(admin))
    with pytest.raises(Unauthenticated) as refused:
        authenticate_key(f"Bearer {secret}")
    assert refused.value.code == "key_revoked"
    event = Event.objects.get(verb="key.revoked")
    assert (event.subject_id, event.person_id) == (str(key.pk), admin.pk)


def test_it_is_revoked_once(admin):
    key, _ = make_key()
    revoke_key(key, actor=actor_of_person(admin))
    with pytest.raises(AlreadyHandled):
        revoke_key(key, actor=actor_of_person(admin))
    assert Event.objects.filter(verb="key.revoked").count() == 1
