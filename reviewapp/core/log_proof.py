"""Proving the log whole: the digest of a row, the chain of seals, what breaks it.

A row's digest is SHA-256 over the UTF-8 JSON array of its columns in the order of
`_COLUMNS` (keys sorted, no spaces, times in ISO 8601 UTC). A seal's hash is SHA-256
over the previous seal's hash (as hex text) and the digests of its rows in log order;
the first seal follows `GENESIS`. Anybody with a dump can recompute both.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewapp.core.models import Event, Seal
from reviewapp.core.models.events import EventQuerySet
from reviewapp.core.positions import Position

GENESIS = "0" * 64
_SHORT = 8
# One sealed row: its id and the first eight bytes of its digest.
_ENTRY = struct.Struct(f">q{_SHORT}s")
_COLUMNS = (
    "verb",
    "subject_type",
    "subject_id",
    "actor_kind",
    "actor_name",
    "person_id",
    "system_id",
    "key_id",
    "credential",
    "session",
    "on_behalf_of",
    "facts",
)


def row_digest(event: Event) -> bytes:
    """Return the SHA-256 of a row as it was read from the database."""
    place = [event.epoch, event.xact, event.pk, event.at.isoformat()]
    values = [*place, *(getattr(event, name) for name in _COLUMNS)]
    # Not RFC 8785: that refuses integers above 2**53, and nothing may stop a seal.
    text = json.dumps(
        values, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return hashlib.sha256(text.encode()).digest()


def chained(previous: str, digests: Iterable[bytes]) -> str:
    """Return the hash of a seal from its predecessor's hash and its rows' digests."""
    chain = hashlib.sha256(previous.encode())
    for digest in digests:
        chain.update(digest)
    return chain.hexdigest()


def packed(entries: Iterable[tuple[int, bytes]]) -> bytes:
    """Return what a seal keeps of its rows, from their ids and digests."""
    return b"".join(_ENTRY.pack(pk, digest[:_SHORT]) for pk, digest in entries)


def unpacked(rows: bytes | memoryview) -> dict[int, bytes]:
    """Return short digests by event id, as packed."""
    whole = len(rows) - len(rows) % _ENTRY.size
    return dict(_ENTRY.iter_unpack(bytes(rows)[:whole]))


@dataclass(frozen=True, slots=True)
class Break:
    """One place where the log is not what was sealed."""

    seal: int
    event: int | None
    text: str

    def __str__(self) -> str:
        row = f"event {self.event}: " if self.event is not None else ""
        return f"seal {self.seal}: {row}{self.text}"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check of the whole log found. `head` is the last seal's hash."""

    breaks: Sequence[Break]
    seals: int
    sealed: int
    unsealed: int
    head: str

    @property
    def whole(self) -> bool:
        return not self.breaks


def prove_log() -> Proof:
    """Recompute every seal from the rows; one seal's rows are in memory at a time."""
    breaks: list[Break] = []
    seals, sealed = 0, 0
    previous: Seal | None = None
    for seal in Seal.objects.order_by("sequence").iterator(chunk_size=50):
        breaks += _breaks_of(seal, previous)
        seals, sealed = seals + 1, sealed + len(unpacked(seal.rows))
        previous = seal
    rest = _rows_between(previous.up_to if previous else None, None)
    head = previous.hash if previous else GENESIS
    return Proof(tuple(breaks), seals, sealed, rest.count(), head)


def _breaks_of(seal: Seal, previous: Seal | None) -> Iterator[Break]:
    expected = previous.sequence + 1 if previous else 1
    if seal.sequence != expected:
        yield Break(seal.sequence, None, f"seals from {expected} on are missing")
    rows = _rows_between(previous.up_to if previous else None, seal.up_to)
    digests = {event.pk: row_digest(event) for event in rows.iterator()}
    damaged = list(_damaged_rows(unpacked(seal.rows), digests))
    yield from (Break(seal.sequence, pk, text) for pk, text in damaged)
    chain = chained(previous.hash if previous else GENESIS, digests.values())
    if not damaged and chain != seal.hash:
        yield Break(seal.sequence, None, "the seal or its predecessor was changed")


def _rows_between(after: Position | None, up_to: Position | None) -> EventQuerySet:
    """Before the first seal there is no lower end: rows slipped in there count too."""
    rows = Event.objects.in_log_order()
    if after is not None:
        rows = rows.after(after)
    return rows if up_to is None else rows.up_to(up_to)


def _damaged_rows(
    kept: Mapping[int, bytes], found: Mapping[int, bytes]
) -> Iterator[tuple[int, str]]:
    for pk in sorted(kept.keys() | found.keys()):
        if pk not in found:
            yield pk, _absence(pk)
        elif pk not in kept:
            yield pk, "was added after sealing"
        elif found[pk][:_SHORT] != kept[pk]:
            yield pk, "was changed after sealing"


def _absence(pk: int) -> str:
    elsewhere = Event.objects.filter(pk=pk).exists()
    return "was moved in the log after sealing" if elsewhere else "was deleted"
