"""A new key takes the place of an old one, with an overlap."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from reviewapp.core.models import Event
from reviewapp.core.problems import AlreadyHandled, Conflict, Invalid, Unauthenticated
from systems.authentication import authenticate_key
from systems.models import Key
from systems.services.keys import revoke_key, rotate_key
from tests.builders import actor_of_person, make_key, make_system


def test_both_keys_work_until_the_overlap_has_passed(admin, time_machine):
    old, old_secret = make_key(scopes=["requests"], label="eu-1")
    new, new_secret = rotate_key(
        old, actor=actor_of_person(admin), overlap=timedelta(hours=2)
    )
    assert authenticate_key(f"Bearer {old_secret}").key == old
    assert authenticate_key(f"Bearer {new_secret}").key == new
    assert (new.scopes, new.label, new.expires_at) == (["requests"], "eu-1", None)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    with pytest.raises(Unauthenticated) as refused:
        authenticate_key(f"Bearer {old_secret}")
    assert refused.value.code == "key_expired"
    assert authenticate_key(f"Bearer {new_secret}").key == new


def test_the_overlap_is_an_hour_unless_said(admin):
    old, _ = make_key()
    before = timezone.now()
    rotate_key(old, actor=actor_of_person(admin))
    old.refresh_from_db()
    assert before + timedelta(hours=1) <= old.expires_at
    assert old.expires_at <= timezone.now() + timedelta(hours=1)


def test_an_overlap_never_lengthens_a_life(admin):
    ends = timezone.now() + timedelta(minutes=5)
    old, _ = make_key(expires_at=ends)
    rotate_key(old, actor=actor_of_person(admin))
    old.refresh_from_db()
    assert old.expires_at == ends


def test_the_successor_of_a_key_that_ends_ends_too(admin):
    old, _ = make_key()
    old.expires_at = old.created_at + timedelta(days=90)
    old.save()
    before = timezone.now()
    new, _ = rotate_key(old, actor=actor_of_person(admin))
    assert timedelta(days=90) <= new.expires_at - before < timedelta(days=90, minutes=1)


def test_the_log_names_both_keys(admin):
    old, _ = make_key()
    new, _ = rotate_key(old, actor=actor_of_person(admin))
    event = Event.objects.get(verb="key.rotated")
    assert (event.subject_id, event.facts["successor"]) == (str(old.pk), str(new.pk))


def test_a_key_is_rotated_once(admin):
    old, _ = make_key()
    rotate_key(old, actor=actor_of_person(admin))
    with pytest.raises(AlreadyHandled):
        rotate_key(old, actor=actor_of_person(admin))
    assert Key.objects.count() == 2


def test_a_revoked_key_has_no_successor(admin):
    old, _ = make_key()
    revoke_key(old, actor=actor_of_person(admin))
    with pytest.raises(Conflict) as refused:
        rotate_key(old, actor=actor_of_person(admin))
    assert refused.value.code == "key_not_valid"


def test_a_key_revoked_a_moment_ago_has_no_successor(admin):
    old, _ = make_key()
    revoke_key(Key.objects.get(pk=old.pk), actor=actor_of_person(admin))
    with pytest.raises(AlreadyHandled):
        rotate_key(old, actor=actor_of_person(admin))
    assert Key.objects.count() == 1


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_an_overlap_out_of_range_is_refused(admin, overlap):
    old, _ = make_key()
    with pytest.raises(Invalid):
        rotate_key(old, actor=actor_of_person(admin), overlap=overlap)


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_once_leave_one_successor(admin):
    system = make_system()
    old, _ = make_key(system)
    actor = actor_of_person(admin)
    ready, outcomes = Barrier(2), []

    def rotate() -> None:
        mine = Key.objects.select_related("system").get(pk=old.pk)
        ready.wait(timeout=10)
        try:
            outcomes.append(rotate_key(mine, actor=actor)[0])
        except AlreadyHandled as problem:
            outcomes.append(problem.code)
        finally:
            connections.close_all()

    threads = [Thread(target=rotate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert outcomes.count("already_handled") == 1
    old.refresh_from_db()
    assert set(Key.objects.filter(system=system)) == {old, old.replaced_by}
    assert Event.objects.filter(verb="key.rotated").count() == 1
