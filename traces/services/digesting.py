"""Digestion: raw batches become traces. Whatever was acknowledged is in them once.

A batch is taken by a lease, read and sealed outside of any transaction, and then goes
in the same one that writes what it held: a worker that dies leaves the batch, one that
comes second finds it gone. What breaks the digestion is set aside span by span.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from systems.services.versions import note_versions
from traces.dialects import normalise
from traces.manifests import set_fingerprints, sightings_of
from traces.models import Batch, Signal
from traces.native import read_lines
from traces.otlp import BadBody, read_records, read_spans
from traces.raw_spans import CONTENT_TYPE, dump_raw, load_raw
from traces.services.batches import open_batch, put_back
from traces.services.feedback import record_judgements
from traces.services.quarantine import Fault, set_aside
from traces.services.storing import Prepared, Source, prepare_spans, write_prepared
from traces.spans import RawSpan, Span

_LEASE = timedelta(seconds=120)
# A worker that dies twice over the same batch dies of it: then it is halved.
_HALVED_AFTER = 2
# Faults of what came. Any other database error is the database's, and is tried again.
BAD_ROWS = (DataError, IntegrityError, ValueError, OverflowError)
log = structlog.get_logger(__name__)


class WorkersDied(Exception):
    """Every worker that took this up was gone before it was done."""


@dataclass(frozen=True, slots=True)
class Item:
    """One span of a batch, as it came and as it is understood."""

    raw: RawSpan | None
    span: Span


def digest_batches(seconds: float) -> int:
    """Digest what waits, oldest first, for so many seconds; return how many batches."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        batch = _take()
        if batch is None:
            break
        digest_batch(batch)
        done += 1
    return done


def digest_batch(batch: Batch) -> None:
    """Digest one batch. Safe to run twice: only who deletes it writes what it held."""
    source = Source(batch.system_id, batch.environment, batch.pk, batch.received_at)
    faults: list[Fault] = []
    items = _read(batch, faults)
    if batch.attempts > _HALVED_AFTER and batch.signal != Signal.IMPORT:
        _halve(batch, [item.raw for item in items if item.raw], faults)
        return
    prepared = _prepare(items, source, faults)
    try:
        _write(batch, source, prepared, items, faults)
    except BAD_ROWS as problem:
        log.warning("digest.bad_rows", batch=batch.pk, error=type(problem).__name__)
        _write_apart(batch, source, prepared, items, faults)


def _take() -> Batch | None:
    """Lease the oldest batch that nobody holds."""
    now = timezone.now()
    free = Batch.objects.filter(Q(taken_until=None) | Q(taken_until__lte=now))
    with transaction.atomic():
        batch = free.in_order().select_for_update(skip_locked=True).first()
        if batch is not None:
            batch.taken_until, batch.attempts = now + _LEASE, batch.attempts + 1
            batch.save(update_fields=["taken_until", "attempts"])
    return batch


def _read(batch: Batch, faults: list[Fault]) -> list[Item]:
    body = open_batch(batch)
    try:
        if batch.signal == Signal.IMPORT:
            return [
                Item(None, span) for span in read_lines(body, now=batch.received_at)
            ]
        raws = list(_raws(batch, body))
    except (BadBody, ValueError) as problem:
        faults.append(Fault.of_batch(batch, body, problem))
        return []
    return list(_understood(raws, faults))


def _raws(batch: Batch, body: bytes) -> Iterator[RawSpan]:
    if batch.content_type == CONTENT_TYPE:
        return load_raw(body)
    read = read_records if batch.signal == Signal.LOGS else read_spans
    return read(batch.content_type, body)


def _understood(raws: Iterable[RawSpan], faults: list[Fault]) -> Iterator[Item]:
    for raw in raws:
        try:
            span = normalise(raw)
            set_fingerprints(span)
            yield Item(raw, span)
        # A dialect must take anything. One that breaks on a span is a bug of ours: the
        # span is set aside with the bug's name, and can be digested once it is mended.
        except Exception as problem:
            log.exception("digest.span_not_understood")
            faults.append(Fault.of_span(raw, problem))


def _prepare(
    items: Sequence[Item], source: Source, faults: list[Fault]
) -> list[Prepared]:
    """Prepare all; where that breaks, set aside the spans that break it."""
    try:
        return prepare_spans([item.span for item in items], source)
    except BAD_ROWS:
        sound = list(_sound(items, source, faults))
        return prepare_spans([item.span for item in sound], source)


def _sound(
    items: Sequence[Item], source: Source, faults: list[Fault]
) -> Iterator[Item]:
    """Look for what breaks by halves: one bad span of 10,000 costs 14 attempts."""
    try:
        prepare_spans([item.span for item in items], source)
    except BAD_ROWS as problem:
        if len(items) == 1:
            faults.append(Fault.of_item(items[0].raw, items[0].span, problem))
            return
        half = len(items) // 2
        yield from _sound(items[:half], source, faults)
        yield from _sound(items[half:], source, faults)
    else:
        yield from items


@transaction.atomic
def _write(
    batch: Batch,
    source: Source,
    prepared: Sequence[Prepared],
    items: Sequence[Item],
    faults: Sequence[Fault],
) -> None:
    if not _is_mine(batch):
        return
    write_prepared(prepared, source)
    note_versions(batch.system_id, sightings_of(item.span for item in items))
    _keep_judgements(batch, items)
    set_aside(faults, batch)


@transaction.atomic
def _write_apart(
    batch: Batch,
    source: Source,
    prepared: Sequence[Prepared],
    items: Sequence[Item],
    faults: list[Fault],
) -> None:
    """Write each trace by itself, and set aside the spans of those that break."""
    if not _is_mine(batch):
        return
    for one in prepared:
        try:
            with transaction.atomic():
                write_prepared([one], source)
        except BAD_ROWS as problem:
            faults += [
                Fault.of_item(item.raw, item.span, problem)
                for item in items
                if UUID(item.span.trace_id) == one.trace.trace_id
            ]
    _keep_judgements(batch, items)
    set_aside(faults, batch)


def _keep_judgements(batch: Batch, items: Sequence[Item]) -> None:
    spans = (item.span for item in items)
    record_judgements(batch.system_id, spans, batch.received_at)


@transaction.atomic
def _halve(batch: Batch, raws: Sequence[RawSpan], faults: Sequence[Fault]) -> None:
    """Make two batches of one that its workers die of; of a single span, a fault."""
    if not _is_mine(batch):
        return
    if len(raws) == 1:
        faults = [*faults, Fault.of_span(raws[0], WorkersDied(batch.attempts))]
        raws = []
    half = (len(raws) + 1) // 2
    for part in (raws[:half], raws[half:]):
        if part:
            put_back(batch, CONTENT_TYPE, dump_raw(part), spans=len(part))
    set_aside(faults, batch)


def _is_mine(batch: Batch) -> bool:
    """Delete the batch; whoever deletes it writes what it held."""
    deleted, _ = Batch.objects.filter(pk=batch.pk).delete()
    return deleted == 1
