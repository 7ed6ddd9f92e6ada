"""Words are encrypted wherever they stand, with a data key of their owner.

A data key lives in the keys database, wrapped by the master key. It is made and
committed there *before* its words are written to the main database: there is no joint
transaction, so an orphan key is possible and harmless, unreadable words are not.
Destroying the key makes the words unreadable in the database and in every dump of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from reviewapp.core.models.keys import DataKey

_NONCE_BYTES = 12
_KEY_BYTES = 32


class WordsGone(Exception):
    """The key of these words was destroyed, or never existed."""


class WordsDamaged(Exception):
    """The ciphertext, its label or its key do not belong together."""


def _wrap(owner: UUID, key: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(settings.MASTER_KEY).encrypt(nonce, key, owner.bytes)


def _new_key() -> bytes:
    return AESGCM.generate_key(_KEY_BYTES * 8)


def _unwrap(owner: UUID, wrapped: bytes) -> bytes:
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(settings.MASTER_KEY).decrypt(nonce, sealed, owner.bytes)
    except InvalidTag as problem:
        message = f"The data key of {owner} was wrapped by another master key."
        raise WordsDamaged(message) from problem


class Keyring:
    """The data keys of some owners, fetched in one query and held for one use."""

    def __init__(self, keys: Mapping[UUID, bytes]) -> None:
        self._keys = keys

    @classmethod
    def make(cls, owner: UUID) -> Keyring:
        """Make and commit a data key; if the owner has one already, return that.

        Raises WordsGone if it was destroyed: an owner gets no second one.
        """
        key = _new_key()
        row, made = DataKey.objects.get_or_create(
            owner=owner, defaults={"wrapped": _wrap(owner, key)}
        )
        if row.destroyed_at is not None:
            raise WordsGone(f"The data key of {owner} was destroyed.")
        return cls({owner: key if made else _unwrap(owner, bytes(row.wrapped))})

    @classmethod
    def make_many(cls, owners: Iterable[UUID]) -> Keyring:
        """Make and commit the data keys of new owners, in one statement."""
        keys = {owner: _new_key() for owner in owners}
        DataKey.objects.bulk_create(
            DataKey(owner=owner, wrapped=_wrap(owner, key))
            for owner, key in keys.items()
        )
        return cls(keys)

    @classmethod
    def ensure(cls, owners: Iterable[UUID]) -> Keyring:
        """Return the keys of all owners, making and committing those that miss.

        An owner whose key was destroyed gets none and is absent. Others may make the
        same keys at the same time: the first one stands, and both get that.
        """
        wanted = set(owners)
        known = cls._rows(wanted)
        missing = wanted - known.keys()
        if missing:
            DataKey.objects.bulk_create(
                (
                    DataKey(owner=owner, wrapped=_wrap(owner, _new_key()))
                    for owner in sorted(missing)
                ),
                ignore_conflicts=True,
            )
            known |= cls._rows(missing)
        return cls({owner: _unwrap(owner, row) for owner, row in known.items() if row})

    @staticmethod
    def _rows(owners: Iterable[UUID]) -> dict[UUID, bytes]:
        """Wrapped keys by owner; empty where it was destroyed."""
        rows = DataKey.objects.filter(owner__in=set(owners))
        return {
            owner: bytes(key) for owner, key in rows.values_list("owner", "wrapped")
        }

    @classmethod
    def of(cls, owners: Iterable[UUID]) -> Keyring:
        """Fetch the keys of all owners; those without one are simply absent."""
        rows = DataKey.objects.filter(owner__in=set(owners), destroyed_at=None)
        wrapped = rows.values_list("owner", "wrapped")
        return cls({owner: _unwrap(owner, bytes(key)) for owner, key in wrapped})

    def seal(self, owner: UUID, label: str, value: Any) -> bytes:
        """Encrypt a JSON value; `label` names its field and is checked at open."""
        return self.seal_bytes(owner, label, orjson.dumps(value))

    def open(self, owner: UUID, label: str, sealed: bytes | memoryview) -> Any:
        """Decrypt what `seal` made. Raises WordsGone or WordsDamaged."""
        return orjson.loads(self.open_bytes(owner, label, sealed))

    def seal_bytes(self, owner: UUID, label: str, text: bytes) -> bytes:
        """Encrypt bytes as they are, compressed ones mostly; see `seal`."""
        nonce = os.urandom(_NONCE_BYTES)
        aad = owner.bytes + label.encode()
        return nonce + AESGCM(self._key(owner)).encrypt(nonce, text, aad)

    def open_bytes(self, owner: UUID, label: str, sealed: bytes | memoryview) -> bytes:
        """Decrypt what `seal_bytes` made. Raises WordsGone or WordsDamaged."""
        raw = bytes(sealed)
        aad = owner.bytes + label.encode()
        cipher = AESGCM(self._key(owner))
        try:
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], aad)
        except InvalidTag as problem:
            raise WordsDamaged(f"{label} of {owner} cannot be opened.") from problem

    def fingerprint(self, owner: UUID, text: bytes) -> str:
        """Return a digest (12 hex digits) that tells equal texts of one owner.

        Keyed with the data key: it proves nothing to whoever has not got that, and of
        two owners' equal texts it tells nothing.
        """
        return blake2b(text, digest_size=6, key=self._key(owner)).hexdigest()

    def has(self, owner: UUID) -> bool:
        return owner in self._keys

    def _key(self, owner: UUID) -> bytes:
        try:
            return self._keys[owner]
        except KeyError:
            raise WordsGone(f"The words of {owner} can no longer be read.") from None


def destroyed_among(owners: Iterable[UUID]) -> set[UUID]:
    """Return those of the owners whose key was destroyed."""
    gone = DataKey.objects.filter(owner__in=set(owners), destroyed_at__isnull=False)
    return set(gone.values_list("owner", flat=True))


def destroy_keys(owners: Iterable[UUID], now: datetime) -> int:
    """Destroy data keys for good and leave tombstones; return how many there were.

    Whoever calls this has recorded the event first: between the two a crash leaves
    words that are said to be gone and a sweep to finish it, never the reverse.
    """
    standing = DataKey.objects.filter(owner__in=set(owners), destroyed_at=None)
    return standing.update(wrapped=b"", destroyed_at=now)
