"""Who calls with an agent's key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviewapp.core.digests import reference_digest
from reviewapp.core.problems import Forbidden, Unauthenticated
from systems.authentication import authenticate_key
from systems.models import Key, Lifecycle, Scope
from tests.builders import make_key, make_system

pytestmark = pytest.mark.django_db


def test_a_key_is_its_system(django_assert_num_queries):
    system = make_system("support-agent")
    _, secret = make_key(system, ["requests"], last_used_at=timezone.now())
    with django_assert_num_queries(1):
        caller = authenticate_key(f"Bearer {secret}")
    assert caller.system == system
    assert caller.scopes == {Scope.REQUESTS}


def test_the_actor_names_system_key_credential_and_whom_it_acts_for():
    key, secret = make_key(make_system("support-agent"))
    actor = authenticate_key(f"bearer {secret}").actor("C-1", "orders-api")
    assert (actor.kind, actor.name) == ("agent", "support-agent")
    assert (actor.system_id, actor.key_id) == (key.system_id, key.pk)
    assert actor.credential == "orders-api"
    assert actor.on_behalf_of == reference_digest("behalf", "C-1")


def test_nobody_acted_for_is_no_digest():
    _, secret = make_key()
    assert authenticate_key(f"Bearer {secret}").actor().on_behalf_of == ""


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Basic rva_x", "Bearer rvp_persons", "rva_x", "Bearer  "]
)
def test_a_header_without_an_agent_key_is_left_to_others(header):
    assert authenticate_key(header) is None


@pytest.mark.parametrize(
    "secret", ["rva_", "rva_unknown", "rva_\x00", "rva_é", "rva_" + "x" * 100_000]
)
def test_an_unknown_key_is_refused(secret):
    assert refusal_of(secret, Unauthenticated) == "key_unknown"


def test_a_revoked_key_is_refused():
    _, secret = make_key(revoked_at=timezone.now())
    assert refusal_of(secret, Unauthenticated) == "key_revoked"


def test_an_expired_key_is_refused():
    _, secret = make_key(expires_at=timezone.now() - timedelta(seconds=1))
    assert refusal_of(secret, Unauthenticated) == "key_expired"


def test_a_retired_system_may_not_act():
    system = make_system()
    _, secret = make_key(system)
    system.lifecycle = Lifecycle.RETIRED
    system.save()
    assert refusal_of(secret, Forbidden) == "system_retired"


def test_a_paused_system_may_still_listen():
    _, secret = make_key(make_system(lifecycle=Lifecycle.PAUSED))
    assert authenticate_key(f"Bearer {secret}") is not None


def test_a_missing_scope_is_refused():
    _, secret = make_key(scopes=["traces"])
    caller = authenticate_key(f"Bearer {secret}")
    caller.require(Scope.TRACES)
    with pytest.raises(Forbidden) as refused:
        caller.require(Scope.REQUESTS)
    assert refused.value.code == "wrong_scope"


def test_use_is_written_down_once_a_minute(time_machine, django_assert_num_queries):
    key, secret = make_key()
    first = authenticate_key(f"Bearer {secret}").key.pk
    noted = Key.objects.get(pk=first).last_used_at
    assert noted is not None
    time_machine.move_to(noted + timedelta(seconds=59), tick=False)
    with django_assert_num_queries(1):
        authenticate_key(f"Bearer {secret}")
    time_machine.move_to(noted + timedelta(seconds=60), tick=False)
    authenticate_key(f"Bearer {secret}")
    key.refresh_from_db()
    assert key.last_used_at == noted + timedelta(seconds=60)


def refusal_of(secret: str, kind: type[Exception]) -> str:
    with pytest.raises(kind) as refused:
        authenticate_key(f"Bearer {secret}")
    return refused.value.code
