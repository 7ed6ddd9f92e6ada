"""Digestion: raw batches become traces. Whatever was acknowledged is in them once.

Batches are taken by a lease, a handful at a time, read and sealed outside of any
transaction, and then go in the same one that writes what they held: a worker that dies
leaves them, one that comes second finds them gone. What cannot be understood or sealed
is set aside span by span, what cannot be written trace by trace.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DataError, IntegrityError, transaction
from django.db import Error as DatabaseProblem

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.words import Keyring, WordsDamaged, WordsGone
from systems.services.versions import note_versions
from traces.dialects import normalise
from traces.manifests import set_fingerprints, sightings_of
from traces.models import Batch, Signal
from traces.native import read_lines
from traces.services.batches import end_batches, keyring_of, open_batch, raws_of
from traces.services.feedback import record_judgements
from traces.services.halving import halve_batch
from traces.services.leases import give_back, put_off, take_batches
from traces.services.quarantine import Fault, set_aside
from traces.services.storing import (
    Prepared,
    Source,
    keys_for,
    prepare_spans,
    write_prepared,
)
from traces.spans import RawSpan, Span

# A worker that dies twice over the same batch dies of it.
_HALVED_AFTER = 2
_ACTOR = Actor.of_process("digest")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One span of a batch, as it came and as it is understood."""

    raw: RawSpan | None
    span: Span


@dataclass(slots=True)
class Reading:
    """A batch on its way: understood, then prepared, with what broke on the way."""

    batch: Batch
    items: list[Item]
    faults: list[Fault]
    prepared: list[Prepared] = field(default_factory=list)

    @property
    def source(self) -> Source:
        batch = self.batch
        return Source(batch.system_id, batch.environment, batch.pk, batch.received_at)

    @property
    def spans(self) -> list[Span]:
        return [item.span for item in self.items]


class NotOurs(Exception):
    """Somebody else has digested one of the batches meanwhile."""


def digest_batches(seconds: float) -> int:
    """Digest what waits, oldest first, for so many seconds; return how many batches."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        batches = take_batches()
        if not batches:
            break
        try:
            digest_together(batches)
        except DatabaseProblem as problem:
            give_back(batches, problem)
            raise
        done += len(batches)
    return done


def digest_together(batches: Sequence[Batch]) -> None:
    """Digest batches in one transaction; where that breaks, each by itself.

    Safe to run twice: only who deletes a batch writes what it held.
    """
    readings = list(_understand(batches))
    keyring = _keys(readings)
    for reading in readings:
        _prepare(reading, keyring)
    try:
        _write(readings)
    except Exception as problem:
        _raise_if_ours(problem)
        log.warning("digest.not_together", error=type(problem).__name__)
        for reading in readings:
            _write_alone(reading)


def _keys(readings: Sequence[Reading]) -> Keyring | None:
    """Return the keys of all traces; None where one is damaged, so each by itself."""
    try:
        return keys_for((one.source, one.spans) for one in readings)
    except WordsDamaged:
        return None


def _understand(batches: Sequence[Batch]) -> Iterator[Reading]:
    try:
        keyring = keyring_of(batches)
    except WordsDamaged:
        keyring = None  # one of them; each is opened by itself
    for batch in batches:
        try:
            body = open_batch(batch, keyring)
        except WordsGone as problem:
            _end_unreadable(batch, problem)
            continue
        except WordsDamaged:
            # Another master key, mostly: with the right one it can be read again.
            log.error("digest.batch_locked", batch=batch.pk)
            put_off(batch)
            continue
        if batch.attempts > _HALVED_AFTER:
            halve_batch(batch, body)
        else:
            faults: list[Fault] = []
            yield Reading(batch, _read(batch, body, faults), faults)


@transaction.atomic
def _end_unreadable(batch: Batch, problem: Exception) -> None:
    """The key of a batch is gone: after a restore, nobody can ever read it again."""
    if not end_batches([batch]):
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
        raws = list(raws_of(batch, body))
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


def _prepare(reading: Reading, keyring: Keyring | None) -> None:
    """Prepare all; where that breaks, set aside the spans that break it."""
    try:
        reading.prepared = prepare_spans(reading.spans, reading.source, keyring)
    except Exception as problem:
        _raise_if_ours(problem)
        reading.items = list(_sound(reading, reading.items, keyring))
        reading.prepared = prepare_spans(reading.spans, reading.source, keyring)


def _sound(
    reading: Reading, items: Sequence[Item], keyring: Keyring | None
) -> Iterator[Item]:
    """Look for what breaks by halves: one bad span of 10,000 costs 14 attempts."""
    try:
        prepare_spans([item.span for item in items], reading.source, keyring)
    except Exception as problem:
        _raise_if_ours(problem)
        if len(items) == 1:
            fault = Fault.of_item(items[0].raw, items[0].span, problem)
            reading.faults.append(fault)
            return
        half = len(items) // 2
        yield from _sound(reading, items[:half], keyring)
        yield from _sound(reading, items[half:], keyring)
    else:
        yield from items


def _write_alone(reading: Reading) -> None:
    try:
        _write([reading])
    except NotOurs:
        return
    except Exception as problem:
        _raise_if_ours(problem)
        name = type(problem).__name__
        log.warning("digest.bad_rows", batch=reading.batch.pk, error=name)
        _write_apart(reading, list(_traces_of(reading)))


@transaction.atomic
def _write(readings: Sequence[Reading]) -> None:
    """Write what batches held, and end them. Raises NotOurs if one is gone already."""
    if not end_batches([reading.batch for reading in readings]):
        raise NotOurs
    write_prepared(one for reading in readings for one in reading.prepared)
    for reading in readings:
        _note_judgements(reading.batch, reading.spans)
    _note_versions(readings)
    for reading in readings:
        set_aside(reading.faults, reading.batch)


# What a batch brought for one trace; nothing is prepared where only a word about the
# whole of it came.
Brought = tuple[Prepared | None, list[Item]]


def _traces_of(reading: Reading) -> Iterator[Brought]:
    """Yield what was brought, trace by trace, in the order in which rows are locked."""
    items: dict[UUID, list[Item]] = defaultdict(list)
    for item in reading.items:
        items[UUID(item.span.trace_id)].append(item)
    for one in reading.prepared:
        yield one, items.pop(one.trace.trace_id)
    for rest in items.values():
        yield None, rest


@transaction.atomic
def _write_apart(reading: Reading, brought: Sequence[Brought]) -> None:
    """Write each trace by itself, and set aside the spans of those that break."""
    if not end_batches([reading.batch]):
        return
    sound: list[Item] = []
    for one, mine in brought:
        try:
            with transaction.atomic():
                write_prepared([one] if one else [])
                _note_judgements(reading.batch, [item.span for item in mine])
            sound += mine
        except Exception as problem:
            _raise_if_ours(problem)
            reading.faults += [
                Fault.of_item(item.raw, item.span, problem) for item in mine
            ]
    _note_versions([replace(reading, items=sound)])
    set_aside(reading.faults, reading.batch)


def _note_versions(readings: Sequence[Reading]) -> None:
    """Note how their systems are made, as calls of models tell it."""
    told: dict[UUID, list[Span]] = defaultdict(list)
    for reading in readings:
        told[reading.batch.system_id] += reading.spans
    for system_id in sorted(told):
        note_versions(system_id, sightings_of(told[system_id]))


def _note_judgements(batch: Batch, spans: Sequence[Span]) -> None:
    record_judgements(batch.system_id, spans, batch.received_at)
