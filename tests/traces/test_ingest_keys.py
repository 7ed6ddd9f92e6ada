"""Keys of raw batches: made before use, shared for minutes, gone with their batches."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from reviewapp.core.models.keys import DataKey
from reviewapp.core.words import Keyring, WordsGone
from systems.actors import AgentCaller
from systems.models import Scope
from tests.builders import make_key
from traces.models import Batch, IngestKey, Signal
from traces.services import ingest_keys
from traces.services.batches import keep_batch, open_batch
from traces.services.ingest_keys import DESTROYED_AFTER, destroy_ingest_keys

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _no_key_of_another_test():
    ingest_keys.current.drop()


@pytest.fixture
def caller():
    key, _ = make_key(scopes=[Scope.TRACES])
    return AgentCaller(key, key.system, frozenset({Scope.TRACES}))


def keep(caller, body: bytes = b"body") -> Batch:
    return keep_batch(caller, Signal.TRACES, "application/json", body, spans=1)


def later() -> timezone.datetime:
    return timezone.now() + DESTROYED_AFTER + SECOND


def test_a_key_serves_for_minutes_and_then_makes_room(caller, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(ingest_keys.time, "monotonic", lambda: clock[0])
    first = keep(caller)
    clock[0] += ingest_keys.USED_FOR_S - 1
    assert keep(caller).key_id == first.key_id
    clock[0] += 1
    assert keep(caller).key_id != first.key_id


def test_a_batch_opens_as_long_as_it_stands(caller):
    batch = keep(caller, b"a body \x00\xff")
    destroy_ingest_keys(later())
    assert open_batch(batch) == b"a body \x00\xff"


def test_a_key_whose_batches_are_digested_is_destroyed(caller):
    batch = keep(caller)
    Batch.objects.all().delete()
    assert destroy_ingest_keys(timezone.now()) == 0, "it may still be in use"
    assert destroy_ingest_keys(later()) == 1
    assert DataKey.objects.get(owner=batch.key_id).destroyed_at
    with pytest.raises(WordsGone):
        open_batch(batch)


def test_other_keys_are_left_alone(caller):
    trace = keep(caller).system_id  # any id that is not marked
    Keyring.make(trace)
    Batch.objects.all().delete()
    destroy_ingest_keys(later())
    assert Keyring.of([trace]).has(trace)


def test_a_process_that_slept_is_given_another_key(caller):
    """Its clock stood still: it would seal with a key that is gone by now."""
    first = keep(caller)
    Batch.objects.all().delete()
    destroy_ingest_keys(later())
    batch = keep(caller)
    assert batch.key_id != first.key_id
    assert open_batch(batch) == b"body"


def test_no_batch_is_stored_under_a_key_without_licence(caller):
    batch = keep(caller)
    Batch.objects.all().delete()
    IngestKey.objects.all().delete()
    with pytest.raises(IntegrityError):
        batch.save(force_insert=True)


def test_a_licence_is_not_withdrawn_from_under_a_batch(caller):
    batch = keep(caller)
    with pytest.raises(IntegrityError), transaction.atomic():
        IngestKey.objects.filter(pk=batch.key_id).delete()
    assert open_batch(batch) == b"body"


def test_a_key_made_in_a_transaction_that_fails_is_not_used_again(caller):
    with transaction.atomic():
        lost = keep(caller)
        transaction.set_rollback(True)
    batch = keep(caller)
    assert batch.key_id != lost.key_id
    assert destroy_ingest_keys(later()) == 1, "the orphan, and not the one in use"
    assert open_batch(batch) == b"body"


def test_a_restored_dump_of_the_keys_brings_none_back_for_long(caller):
    owner = keep(caller).key_id
    dumped = DataKey.objects.filter(owner=owner).values().get()
    Batch.objects.all().delete()
    destroy_ingest_keys(later())
    DataKey.objects.filter(owner=owner).update(**dumped)
    assert destroy_ingest_keys(later()) == 1


def test_a_batch_holds_something(caller):
    for fields in ({"body": b""}, {"spans": 0}):
        given = {"body": b"body", "spans": 1, **fields}
        with pytest.raises(IntegrityError, match="batch_holds_something"):
            keep_batch(caller, Signal.TRACES, "application/json", **given)
    assert not connection.in_atomic_block
