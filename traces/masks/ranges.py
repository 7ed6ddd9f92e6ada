"""Masks: ranges of bytes with what they hide. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class MaskKind(StrEnum):
    """What a mask hides. Where two overlap, the one named first here gives its name."""

    SECRET = "SECRET"  # noqa: S105 - the name of a kind
    URL = "URL"
    EMAIL = "EMAIL"
    IBAN = "IBAN"
    CARD = "CARD"
    CRYPTO = "CRYPTO"
    ID = "ID"
    PHONE = "PHONE"
    BANK = "BANK"
    IP = "IP"
    MAC = "MAC"


class Mask(NamedTuple):
    """`start` and `end` in bytes of the text's UTF-8."""

    start: int
    end: int
    kind: MaskKind


_RANK = {kind: rank for rank, kind in enumerate(MaskKind)}


def disjoint(masks: Iterable[Mask]) -> list[Mask]:
    """Return the masks in order; those that overlap become one, so nothing shows."""
    joined: list[Mask] = []
    for mask in sorted(masks):
        if joined and mask.start < joined[-1].end:
            last = joined[-1]
            kind = min(last.kind, mask.kind, key=_RANK.__getitem__)
            joined[-1] = Mask(last.start, max(last.end, mask.end), kind)
        else:
            joined.append(mask)
    return joined
