"""A key is issued once and shown once."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from reviewapp.core.models import Event
from reviewapp.core.problems import Conflict, Invalid
from systems.authentication import authenticate_key
from systems.models import Key, Lifecycle
from systems.services.keys import issue_key
from tests.builders import actor_of_person, make_key, make_system

pytestmark = pytest.mark.django_db


def test_it_works(admin):
    system = make_system()
    key, secret = issue_key(
        system,
        scopes=["traces", "requests"],
        label=" eu-1 ",
        actor=actor_of_person(admin),
    )
    assert authenticate_key(f"Bearer {secret}").key == key
    assert (key.scopes, key.label) == (["requests", "traces"], "eu-1")
    assert key.issued_by == admin


def test_only_a_digest_of_the_secret_is_kept(admin):
    key, secret = make_key()
    assert secret.startswith("rva_")
    assert len(secret) > 40
    assert key.secret_digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(key.prefix)
    kept = [str(value) for value in Key.objects.values_list().get(pk=key.pk)]
    assert not any(secret in value for value in kept)


def test_the_log_says_who_and_which_but_not_the_secret(admin):
    key, secret = issue_key(
        make_system(), scopes=["signals"], actor=actor_of_person(admin)
    )
    event = Event.objects.get(verb="key.issued", subject_id=str(key.pk))
    assert (event.person_id, event.system_id) == (admin.pk, key.system_id)
    assert event.facts["scopes"] == ["signals"]
    assert secret not in str(event.facts)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["requests", ""], ["Requests"]])
def test_an_unknown_scope_is_refused(admin, scopes):
    with pytest.raises(Invalid) as refused:
        issue_key(make_system(), scopes=scopes, actor=actor_of_person(admin))
    assert set(refused.value.errors) == {"scopes"}
    assert not Key.objects.exists()


@pytest.mark.parametrize("label", ["x" * 121, "a\x00b", "abc\u202edef", "two\nlines"])
def test_a_label_that_does_not_show_is_refused(admin, label):
    with pytest.raises(Invalid) as refused:
        issue_key(
            make_system(),
            scopes=["traces"],
            label=label,
            actor=actor_of_person(admin),
        )
    assert set(refused.value.errors) == {"label"}


def test_an_expiry_in_the_past_is_refused(admin):
    with pytest.raises(Invalid) as refused:
        issue_key(
            make_system(),
            scopes=["traces"],
            expires_at=timezone.now() - timedelta(minutes=1),
            actor=actor_of_person(admin),
        )
    assert set(refused.value.errors) == {"expires_at"}


def test_a_retired_system_gets_no_key(admin):
    system = make_system(lifecycle=Lifecycle.RETIRED)
    with pytest.raises(Conflict) as refused:
        issue_key(system, scopes=["traces"], actor=actor_of_person(admin))
    assert refused.value.code == "system_retired"


@pytest.mark.parametrize("scopes", [[], ["requests", "root"]])
def test_the_database_itself_refuses_other_scopes(scopes):
    key, _ = make_key()
    with pytest.raises(IntegrityError), transaction.atomic():
        Key.objects.filter(pk=key.pk).update(scopes=scopes)


def test_the_command_prints_the_key_alone_on_its_line():
    make_system("support-agent")
    out = StringIO()
    call_command("issue_key", "support-agent", "--scopes", "requests", stdout=out)
    secret = out.getvalue().removesuffix("\n")
    assert authenticate_key(f"Bearer {secret}").scopes == {"requests"}


def test_the_command_names_the_systems_there_are():
    make_system("support-agent")
    with pytest.raises(CommandError, match="support-agent"):
        call_command("issue_key", "suport-agent")


def test_the_command_says_which_scopes_there_are():
    make_system("support-agent")
    with pytest.raises(CommandError, match="requests, traces, signals"):
        call_command("issue_key", "support-agent", "--scopes", "all")
