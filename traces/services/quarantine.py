"""Setting aside what cannot be digested, and taking it up again."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Self
from uuid import UUID, uuid4

import zstandard
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_events
from reviewapp.core.words import Keyring, destroyed_among
from traces.models import Batch, Quarantined, Trace
from traces.raw_spans import CONTENT_TYPE, dump_raw
from traces.spans import RawSpan, Span

_LABEL = "quarantined"
_ACTOR = Actor.of_process("digest")


@dataclass(frozen=True, slots=True)
class Fault:
    """What broke: the body to keep, and the kind of problem. Never its text, which may
    quote what somebody said."""

    body: bytes
    content_type: str
    reason: str
    trace_id: UUID | None = None
    span_id: str = ""

    @classmethod
    def of_batch(cls, batch: Batch, body: bytes, problem: Exception) -> Self:
        return cls(body, batch.content_type, type(problem).__name__)

    @classmethod
    def of_span(cls, raw: RawSpan, problem: Exception) -> Self:
        return cls(
            dump_raw([raw]),
            CONTENT_TYPE,
            type(problem).__name__,
            UUID(bytes=raw.trace_id),
            raw.span_id.hex(),
        )

    @classmethod
    def of_item(cls, raw: RawSpan | None, span: Span, problem: Exception) -> Self:
        """`raw` is None for what was imported: then what was made of it is kept."""
        if raw is not None:
            return cls.of_span(raw, problem)
        return cls(
            json.dumps(asdict(span), default=str).encode(),
            Quarantined.AS_UNDERSTOOD,
            type(problem).__name__,
            UUID(span.trace_id),
            span.span_id,
        )


def set_aside(faults: Collection[Fault], batch: Batch) -> None:
    """Keep what could not be digested, each under a key of its own.

    Runs in the transaction that ends the batch; the keys are committed before it.
    """
    kept = [(uuid4(), fault) for fault in faults]
    if not kept:
        return
    erased = _erased(batch, faults)
    keyring = Keyring.make_many(
        pk for pk, fault in kept if fault.trace_id not in erased
    )
    now = timezone.now()
    rows = [
        Quarantined(
            id=pk,
            system_id=batch.system_id,
            batch=batch.pk,
            signal=batch.signal,
            content_type=fault.content_type,
            trace_id=fault.trace_id,
            span_id=fault.span_id,
            reason=fault.reason[:60],
            sealed=_sealed(keyring, pk, fault),
            size=len(fault.body),
            received_at=batch.received_at,
            quarantined_at=now,
        )
        for pk, fault in kept
    ]
    Quarantined.objects.bulk_create(rows)
    record_events(
        "span.quarantined",
        [
            (
                row,
                {"system": str(row.system_id), "reason": row.reason, "size": row.size},
            )
            for row in rows
        ],
        actor=_ACTOR,
    )


def _erased(batch: Batch, faults: Collection[Fault]) -> set[UUID]:
    """Return which of the traces named here have had their words destroyed.

    What comes late for one of them must not bring words back under a fresh key.
    """
    named = {fault.trace_id for fault in faults if fault.trace_id}
    owners = {Trace.key_of(batch.system_id, one.bytes): one for one in named}
    return {owners[owner] for owner in destroyed_among(owners)}


def _sealed(keyring: Keyring, pk: UUID, fault: Fault) -> bytes:
    if not keyring.has(pk):
        return b""
    return keyring.seal_bytes(pk, _LABEL, zstandard.compress(fault.body))


def open_quarantined(row: Quarantined) -> bytes:
    """Return what was set aside. Raises WordsGone or WordsDamaged."""
    packed = Keyring.of([row.pk]).open_bytes(row.pk, _LABEL, row.sealed)
    return zstandard.decompress(packed)
