"""Batches that their workers die of are halved, down to the span that kills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import transaction

from traces.models import Batch, Signal
from traces.raw_spans import CONTENT_TYPE, dump_raw
from traces.services.batches import end_batches, put_back, raws_of
from traces.services.quarantine import Fault, set_aside

# Where even halving is not survived, a batch is set aside as it is.
_SET_ASIDE_AFTER = 6
# Content type, body and number of items of half a batch.
Half = tuple[str, bytes, int]
T = TypeVar("T")


class WorkersDied(Exception):
    """Every worker that took this up was gone before it was done."""


def halve_batch(batch: Batch, body: bytes) -> None:
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


def _halves_of_lines(batch: Batch, body: bytes) -> list[Half]:
    lines = [line for line in body.splitlines() if line.strip()]
    return [
        (batch.content_type, b"\n".join(part), len(part)) for part in _in_two(lines)
    ]


def _halves_of_spans(batch: Batch, body: bytes) -> list[Half]:
    raws = list(raws_of(batch, body))
    return [(CONTENT_TYPE, dump_raw(part), len(part)) for part in _in_two(raws)]


def _in_two(items: list[T]) -> list[list[T]]:
    half = (len(items) + 1) // 2
    return [part for part in (items[:half], items[half:]) if part]


@transaction.atomic
def _replace(batch: Batch, halves: Sequence[Half], faults: Sequence[Fault]) -> None:
    if not end_batches([batch]):
        return
    for content_type, body, spans in halves:
        put_back(batch, content_type, body, spans=spans)
    set_aside(faults, batch)
