"""Digestion: raw batches become traces. Whatever was acknowledged is in them once.

A batch is taken by a lease, read and sealed outside of any transaction, and then goes
in the same one that writes what it held: a worker that dies leaves the batch, one that
comes second finds it gone. What breaks the digestion is set aside span by span.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DataError, IntegrityError, transaction
from django.db import Error as DatabaseProblem
from django.db.models import F, Q
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.words import WordsDamaged, WordsGone
from systems.services.versions import note_versions
from traces.dialects import normalise
from traces.manifests import set_fingerprints, sightings_of
from traces.models import Batch, Signal
from traces.native import read_lines
from traces.otlp import read_records, read_spans
from traces.raw_spans import CONTENT_TYPE, dump_raw, load_raw
from traces.services.batches import open_batch, put_back
from traces.services.feedback import record_judgements
from traces.services.quarantine import Fault, set_aside
from traces.services.storing import Prepared, Source, prepare_spans, write_prepared
from traces.spans import RawSpan, Span

_LEASE = timedelta(seconds=120)
# Where the database was away: soon enough, and no storm.
_AGAIN_AFTER = timedelta(seconds=5)
# A worker that dies twice over the same batch dies of it: then it is halved; and where
# even that is not survived, it is set aside as it is.
_HALVED_AFTER = 2
_SET_ASIDE_AFTER = 6
_ACTOR = Actor.of_process("digest")
T = TypeVar("T")
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
        try:
            digest_batch(batch)
        except DatabaseProblem:
            _give_back(batch)
            raise
        done += 1
    return done


def digest_batch(batch: Batch) -> None:
    """Digest one batch. Safe to run twice: only who deletes it writes what it held."""
    try:
        body = open_batch(batch)
    except (WordsGone, WordsDamaged) as problem:
        _end_unreadable(batch, problem)
        return
    if batch.attempts > _HALVED_AFTER:
        _halve(batch, body)
    else:
        _digest(batch, body)


def _digest(batch: Batch, body: bytes) -> None:
    source = Source(batch.system_id, batch.environment, batch.pk, batch.received_at)
    faults: list[Fault] = []
    items = _read(batch, body, faults)
    prepared = _prepare(items, source, faults)
    try:
        _write(batch, source, prepared, items, faults)
    except (DataError, IntegrityError) as problem:
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


def _give_back(batch: Batch) -> None:
    """The database was away, which is no fault of the batch and counts as no attempt.

    Where it still is, the lease runs out by itself.
    """
    with suppress(DatabaseProblem):
        Batch.objects.filter(pk=batch.pk).update(
            taken_until=timezone.now() + _AGAIN_AFTER, attempts=F("attempts") - 1
        )


@transaction.atomic
def _end_unreadable(batch: Batch, problem: Exception) -> None:
    """The key of a batch is gone: after a restore, nobody can ever read it again."""
    if not _is_mine(batch):
        return
    facts = {
        "system": str(batch.system_id),
        "batch": batch.pk,
        "spans": batch.spans,
        "reason": type(problem).__name__,
    }
    record_event("batch.lost", batch, actor=_ACTOR, facts=facts)


def _read(batch: Batch, body: bytes, faults: list[Fault]) -> list[Item]:
    try:
        if batch.signal == Signal.IMPORT:
            return [
                Item(None, span) for span in read_lines(body, now=batch.received_at)
            ]
        raws = list(_raws(batch, body))
    except Exception as problem:
        _raise_if_ours(problem)
        faults.append(Fault.of_batch(batch, body, problem))
        return []
    return list(_understood(raws, faults))


def _raise_if_ours(problem: Exception) -> None:
    """Let go on what is no fault of what came: a database or a time that ran out.

    Anything else is the fault of one span, or a bug of ours that one span shows. The
    span is set aside under the problem's name, and digested once it is mended.
    """
    if isinstance(problem, DataError | IntegrityError):
        return
    if isinstance(problem, DatabaseProblem | SoftTimeLimitExceeded | MemoryError):
        raise problem


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
        except Exception as problem:
            _raise_if_ours(problem)
            log.warning("digest.span_not_understood", error=type(problem).__name__)
            faults.append(Fault.of_span(raw, problem))


def _prepare(
    items: Sequence[Item], source: Source, faults: list[Fault]
) -> list[Prepared]:
    """Prepare all; where that breaks, set aside the spans that break it."""
    try:
        return prepare_spans([item.span for item in items], source)
    except Exception as problem:
        _raise_if_ours(problem)
        sound = list(_sound(items, source, faults))
        return prepare_spans([item.span for item in sound], source)


def _sound(
    items: Sequence[Item], source: Source, faults: list[Fault]
) -> Iterator[Item]:
    """Look for what breaks by halves: one bad span of 10,000 costs 14 attempts."""
    try:
        prepare_spans([item.span for item in items], source)
    except Exception as problem:
        _raise_if_ours(problem)
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
    _note(batch, items)
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
        mine = [
            item for item in items if UUID(item.span.trace_id) == one.trace.trace_id
        ]
        try:
            with transaction.atomic():
                write_prepared([one], source)
                _note(batch, mine)
        except (DataError, IntegrityError) as problem:
            faults += [Fault.of_item(item.raw, item.span, problem) for item in mine]
    set_aside(faults, batch)


def _note(batch: Batch, items: Sequence[Item]) -> None:
    """Note what spans tell beside themselves: how their system is made, feedback."""
    spans = [item.span for item in items]
    note_versions(batch.system_id, sightings_of(spans))
    record_judgements(batch.system_id, spans, batch.received_at)


def _halve(batch: Batch, body: bytes) -> None:
    """Make two batches of one that its workers die of; of a single item, a fault.

    Nothing is understood for that: whoever dies, dies of understanding.
    """
    problem = WorkersDied(batch.attempts)
    faults: list[Fault] = []
    halves: list[Half] = []
    if batch.attempts > _SET_ASIDE_AFTER:
        faults = [Fault.of_batch(batch, body, problem)]
    elif batch.signal == Signal.IMPORT:
        halves = _halves_of_lines(batch, body)
    else:
        halves = _halves_of_spans(batch, body)
    if len(halves) == 1:
        faults = [Fault.of_batch(batch, body, problem)]
        halves = []
    _replace(batch, halves, faults)


# Content type, body and number of items of half a batch.
Half = tuple[str, bytes, int]


def _halves_of_lines(batch: Batch, body: bytes) -> list[Half]:
    lines = [line for line in body.splitlines() if line.strip()]
    return [
        (batch.content_type, b"\n".join(part), len(part)) for part in _in_two(lines)
    ]


def _halves_of_spans(batch: Batch, body: bytes) -> list[Half]:
    raws = list(_raws(batch, body))
    return [(CONTENT_TYPE, dump_raw(part), len(part)) for part in _in_two(raws)]


def _in_two(items: list[T]) -> list[list[T]]:
    half = (len(items) + 1) // 2
    return [part for part in (items[:half], items[half:]) if part]


@transaction.atomic
def _replace(batch: Batch, halves: Sequence[Half], faults: Sequence[Fault]) -> None:
    if not _is_mine(batch):
        return
    for content_type, body, spans in halves:
        put_back(batch, content_type, body, spans=spans)
    set_aside(faults, batch)


def _is_mine(batch: Batch) -> bool:
    """Delete the batch; whoever deletes it writes what it held."""
    deleted, _ = Batch.objects.filter(pk=batch.pk).delete()
    return deleted == 1
