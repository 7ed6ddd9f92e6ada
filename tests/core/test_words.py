"""Keys of words: made once, destroyed for good."""

from uuid import uuid4

import pytest
from django.utils import timezone

from reviewapp.core.models.keys import DataKey
from reviewapp.core.words import Keyring, WordsGone

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
