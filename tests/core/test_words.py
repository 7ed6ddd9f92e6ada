"""Keys of words: made once, destroyed for good."""

from uuid import uuid4

import pytest
from django.utils import timezone

from reviewapp.core.models.keys import DataKey
from reviewapp.core.words import Keyring, WordsDamaged, WordsGone, destroy_keys

pytestmark = pytest.mark.django_db


def test_a_key_is_made_once():
    owner = uuid4()
    sealed = Keyring.make(owner).seal(owner, "note", "a word")
    assert Keyring.make(owner).open(owner, "note", sealed) == "a word"


def test_a_destroyed_key_is_not_made_again():
    owner = uuid4()
    Keyring.make(owner)
    DataKey.objects.update(wrapped=b"", destroyed_at=timezone.now())
    with pytest.raises(WordsGone):
        Keyring.make(owner)


def test_bytes_are_sealed_as_they_are_and_open_under_their_label_only():
    owner = uuid4()
    keyring = Keyring.make(owner)
    sealed = keyring.seal_bytes(owner, "batch", b"\x00\xff a word")
    assert b"a word" not in sealed
    assert keyring.open_bytes(owner, "batch", memoryview(sealed)) == b"\x00\xff a word"
    with pytest.raises(WordsDamaged):
        keyring.open_bytes(owner, "other", sealed)


def test_what_a_destroyed_key_sealed_is_gone_and_the_others_stand():
    owner, other = uuid4(), uuid4()
    sealed = Keyring.make(owner).seal_bytes(owner, "batch", b"a word")
    Keyring.make(other)
    assert destroy_keys([owner, uuid4()], timezone.now()) == 1
    with pytest.raises(WordsGone):
        Keyring.of([owner]).open_bytes(owner, "batch", sealed)
    assert Keyring.of([other]).has(other)
    assert destroy_keys([owner], timezone.now()) == 0, "the tombstone keeps its date"
