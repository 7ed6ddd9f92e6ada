"""Masking: personal data and secrets become typed tokens such as `[EMAIL-1]`. Pure.

What is found and how, and what is not, stands in docs/masking.md. Masks are kept beside
the text as ranges over its UTF-8 bytes, so one search serves every view of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from traces.masks import accounts, addresses, identities, labels, named, phones, secrets
from traces.masks.patterns import PatternSet
from traces.masks.ranges import Mask, MaskKind, disjoint
from traces.masks.texts import SEPARATOR, Text, unescaped

__all__ = [
    "NOT_FOUND",
    "Mask",
    "MaskKind",
    "Numbering",
    "find_masks",
    "find_masks_many",
    "mask",
    "meaning",
    "put_tokens",
    "show",
]

NOT_FOUND = "Names and street addresses are not masked."

_FINDERS = (
    *secrets.FINDERS,
    *named.FINDERS,
    *addresses.FINDERS,
    *accounts.FINDERS,
    *identities.FINDERS,
    *phones.FINDERS,
    *labels.FINDERS,
)


_GATES = PatternSet([finder.gate for finder in _FINDERS])


def find_masks(text: str) -> list[Mask]:
    """Return the ranges to hide, in order, none overlapping, over the text's UTF-8."""
    return _find(_encode(text))


def find_masks_many(texts: Sequence[bytes]) -> list[list[Mask]]:
    """Return the masks of each text (UTF-8), as one by one but in a single search.

    For many short texts several times as fast: a search costs more than a short text.
    """
    starts = [0, *accumulate(len(text) + len(SEPARATOR) for text in texts)]
    found: list[list[Mask]] = [[] for _ in texts]
    for start, end, kind in _find(SEPARATOR.join(texts)):
        index = bisect_right(starts, start) - 1
        offset = starts[index]
        found[index].append(Mask(start - offset, end - offset, kind))
    return found


def _find(raw: bytes) -> list[Mask]:
    text = Text(raw)
    finders = (_FINDERS[gate] for gate in _GATES.matching(text.view))
    return disjoint(mask for finder in finders for mask in finder.finds(text))


def _encode(text: str) -> bytes:
    """Lone surrogates, which JSON can spell, are kept as they are."""
    return text.encode(errors="surrogatepass")


class Numbering:
    """Numbers values by first appearance: the same value has the same number.

    A value is told by what it means, or by a fingerprint of that.
    """

    def __init__(self) -> None:
        self._numbers: defaultdict[str, dict[bytes | str, int]] = defaultdict(dict)

    def __call__(self, kind: str, value: bytes | str) -> int:
        of_kind = self._numbers[kind]
        return of_kind.setdefault(value, len(of_kind) + 1)


def show(
    text: str, masks: Iterable[Mask], number: Callable[[MaskKind, bytes], int]
) -> str:
    """Return the text with each mask as `[KIND-n]`; `number` tells n of a meaning."""
    raw = _encode(text)
    shown = put_tokens(
        raw,
        (
            (start, end, kind, number(kind, meaning(kind, raw[start:end])))
            for start, end, kind in masks
        ),
    )
    return shown.decode(errors="surrogatepass")


def put_tokens(raw: bytes, tokens: Iterable[tuple[int, int, str, int]]) -> bytes:
    """Return UTF-8 with tokens (start, end, kind, number) in place of what they hide.

    In order, none overlapping.
    """
    parts, at = [], 0
    for start, end, kind, number in tokens:
        parts += [raw[at:start], f"[{kind}-{number}]".encode()]
        at = end
    return b"".join([*parts, raw[at:]])


_LAYOUT = re.compile(rb"[\s()./-]")
# What an address or a key means depends on every sign of it.
_AS_WRITTEN = {MaskKind.SECRET, MaskKind.URL, MaskKind.CRYPTO, MaskKind.IP}


def meaning(kind: MaskKind, value: bytes) -> bytes:
    """Return what a masked value means, so that the same thing has the same number.

    Without JSON's escapes and the spaces of a card, an e-mail address in small letters.
    """
    value = unescaped(value)
    if kind == MaskKind.EMAIL:
        return value.replace(b"%40", b"@").lower()
    return value if kind in _AS_WRITTEN else _LAYOUT.sub(b"", value).upper()


def mask(text: str) -> str:
    """Return one text with its masks shown, numbered within it."""
    return show(text, find_masks(text), Numbering())
