"""A dump of the keys that is older than a destruction brings nothing back."""

from io import StringIO

import pytest
from django.core.management import call_command

from reviewapp.core.models import DataKey, Event
from tests.builders import actor_of_person
from tests.traces.keeping.quarantine import set_one_aside
from tests.traces.keeping.runs import has_key, store_aged
from traces.retention import DestroyReason
from traces.services.dead_letters import drop_dead_letters
from traces.services.erasing import destroy_words
from traces.services.expiring import sweep_retention
from traces.services.gone_keys import destroy_gone_keys

pytestmark = pytest.mark.django_db


def dump_of_keys():
    return list(DataKey.objects.all())


def restore(keys):
    for key in keys:
        DataKey.objects.filter(pk=key.pk).update(
            wrapped=key.wrapped, destroyed_at=key.destroyed_at
        )


def test_what_was_destroyed_is_destroyed_again(privacy_officer):
    erased, expired, kept = store_aged(), store_aged(401), store_aged()
    letter = set_one_aside()
    dump, actor = dump_of_keys(), actor_of_person(privacy_officer)
    destroy_words(erased, actor=actor, reason=DestroyReason.ERASURE)
    sweep_retention(60)
    drop_dead_letters([letter], actor=actor)
    restore(dump)
    assert all(has_key(one) for one in (erased, expired, kept, letter))
    assert destroy_gone_keys() == 3
    assert [has_key(one) for one in (erased, expired, kept, letter)] == [
        False,
        False,
        True,
        False,
    ]
    facts = [one.facts for one in Event.objects.filter(verb="keys.destroyed_again")]
    assert facts == [{"keys": 3}]


def test_on_an_ordinary_night_there_is_nothing_to_do(privacy_officer):
    trace = store_aged()
    destroy_words(
        trace, actor=actor_of_person(privacy_officer), reason=DestroyReason.ERASURE
    )
    before = Event.objects.count()
    out = StringIO()
    call_command("destroy_gone_keys", stdout=out)
    assert out.getvalue() == "0 keys destroyed again.\n"
    assert Event.objects.count() == before
