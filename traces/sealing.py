"""Words on their way in and out: packed by class, masked once, sealed by trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from reviewapp.core.words import Keyring
from traces.masking import Mask, MaskKind, find_masks_many, meaning
from traces.models import Words
from traces.shapes import pack_texts, unpack_texts
from traces.spans import WordClass


@dataclass(frozen=True, slots=True)
class PlacedMask:
    """Where something stands that is hidden from most: bytes of text number `text`.

    `value` tells equal values of one trace without being one (Keyring.fingerprint).
    """

    text: int
    start: int
    end: int
    kind: str
    value: str


def seal_texts(
    keyring: Keyring, owner: UUID, words: WordClass, texts: Sequence[str]
) -> tuple[bytes, bytes | None]:
    """Return the texts and the places to mask in them, sealed; None: no such place.

    What is opaque is encrypted or signed: nothing can be found in it.
    """
    raw = [text.encode("utf-8", "surrogatepass") for text in texts]
    sealed = keyring.seal_bytes(owner, _label("words", words), pack_texts(raw))
    masks = [
        (number, start, end, kind, _value(keyring, owner, kind, raw[number][start:end]))
        for number, found in enumerate(_masks_in(words, raw))
        for start, end, kind in found
    ]
    if not masks:
        return sealed, None
    label = _label("masks", words)
    return sealed, keyring.seal_bytes(owner, label, orjson.dumps(masks))


def _masks_in(words: WordClass, raw: Sequence[bytes]) -> list[list[Mask]]:
    return [] if words is WordClass.OPAQUE else find_masks_many(raw)


def open_texts(keyring: Keyring, owner: UUID, row: Words) -> list[bytes]:
    """Return the texts of a row as UTF-8. Raises WordsGone or WordsDamaged."""
    label = _label("words", WordClass(row.words))
    return unpack_texts(keyring.open_bytes(owner, label, row.sealed))


def open_masks(keyring: Keyring, owner: UUID, row: Words) -> list[PlacedMask]:
    """Return where words are to be masked. Raises WordsGone or WordsDamaged."""
    if row.masks is None:
        return []
    label = _label("masks", WordClass(row.words))
    stored = orjson.loads(keyring.open_bytes(owner, label, row.masks))
    return [PlacedMask(*mask) for mask in stored]


def _value(keyring: Keyring, owner: UUID, kind: MaskKind, text: bytes) -> str:
    """The same card with and without blanks is one value."""
    return keyring.fingerprint(owner, meaning(kind, text))


def _label(what: str, words: WordClass) -> str:
    return f"{what}:{words}"
