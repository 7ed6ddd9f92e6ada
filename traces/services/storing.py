"""Spans become segments, words and rows.

The costly part (merging, masking, sealing) is done before the transaction, which would
otherwise hold back every reader of the log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from reviewapp.core.bulk import insert_new, insert_rows, next_ids, row_of
from reviewapp.core.words import Keyring
from traces.figures import count_spans, figures_of, quiet_after
from traces.merging import in_order, merge_copies
from traces.models import Segment, Trace, Words
from traces.sealing import seal_texts
from traces.services.calls import CallRow, sent_arguments, tool_call, write_calls
from traces.services.references import (
    References,
    add_references,
    set_references,
    told_by,
)
from traces.shapes import decode_segment, encode_segment
from traces.spans import Kind, Span, WordClass
from traces.trees import SpanTree, TraceShape

# Each trace by its own arrivals: their number, and the last of them.
_MARK = """
    UPDATE traces_trace SET
        arrivals = arrivals + came.times,
        dirty_since = COALESCE(dirty_since, came.at),
        last_arrival_at = GREATEST(last_arrival_at, came.at),
        quiet_at = GREATEST(quiet_at, came.quiet)
    FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[], %s::timestamptz[])
        AS came(trace, times, at, quiet)
    WHERE traces_trace.id = came.trace
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where spans come from: a batch of a system, in the environment it had then."""

    system_id: UUID
    environment: str
    batch: int
    received_at: datetime


class SegmentRow(NamedTuple):
    trace: UUID
    batch: int
    received_at: datetime
    spans: int
    shape: bytes


class WordsRow(NamedTuple):
    words: WordClass
    sealed: bytes
    masks: bytes | None
    size: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one batch brought for one trace, sealed and ready to be written.

    `row` is the trace as it begins with this, in the form that is sent.
    """

    trace: Trace
    row: bytes
    told: References
    segment: SegmentRow
    words: list[WordsRow]
    calls: list[CallRow]


def keys_for(brought: Iterable[tuple[Source, Sequence[Span]]]) -> Keyring:
    """Return the data keys of all traces that spans belong to, as `prepare_spans` does.

    Makes and commits those of new traces.
    """
    return Keyring.ensure(
        pk for source, spans in brought for pk in _by_trace(spans, source)
    )


def prepare_spans(
    spans: Sequence[Span], source: Source, keyring: Keyring | None = None
) -> list[Prepared]:
    """Return what is to be written, in the order in which rows are locked.

    Makes and commits the data keys of new traces, unless `keyring` holds them already.
    Of a trace whose key was destroyed only the shape is kept: an owner gets no second
    key.
    """
    keyring = keyring or keys_for([(source, spans)])
    groups = _by_trace(spans, source)
    return [_prepare(pk, groups[pk], source, keyring) for pk in sorted(groups)]


def _by_trace(spans: Iterable[Span], source: Source) -> dict[UUID, list[Span]]:
    groups: dict[UUID, list[Span]] = {}
    for span in spans:
        if not span.span_id:
            continue  # a word about a whole run is no span of it
        pk = Trace.key_of(source.system_id, bytes.fromhex(span.trace_id))
        groups.setdefault(pk, []).append(span)
    return groups


def write_prepared(prepared: Iterable[Prepared]) -> None:
    """Write the rows of one batch or of several, inside the caller's transaction.

    A trace that begins here is counted already; what else comes for it marks it to be
    counted anew.
    """
    # In the same order everywhere: two who lock the same rows must not wait in a ring.
    ordered = sorted(prepared, key=lambda one: (one.trace.pk, one.segment.batch))
    firsts = {one.trace.pk: one for one in reversed(ordered)}
    begun = insert_new(Trace, [firsts[pk].row for pk in sorted(firsts)])
    later = [
        one
        for one in ordered
        if one.trace.pk not in begun or one is not firsts[one.trace.pk]
    ]
    _mark_dirty(later)
    add_references((one.trace, one.told) for one in later)
    _write_documents(ordered)
    write_calls((call for one in ordered for call in one.calls), settled=False)


def _write_documents(prepared: Sequence[Prepared]) -> None:
    """Write shapes and words; the numbers of segments are taken beforehand."""
    numbers = next_ids(Segment, len(prepared))
    insert_rows(
        Segment,
        ("id", *SegmentRow._fields),
        [(pk, *one.segment) for pk, one in zip(numbers, prepared, strict=True)],
    )
    insert_rows(
        Words,
        ("segment", *WordsRow._fields),
        [
            (pk, *words)
            for pk, one in zip(numbers, prepared, strict=True)
            for words in one.words
        ],
    )


def _prepare(pk: UUID, spans: list[Span], source: Source, keyring: Keyring) -> Prepared:
    has_key = keyring.has(pk)
    fingerprint = partial(keyring.fingerprint, pk) if has_key else None
    shape, texts = encode_segment(spans, fingerprint)
    trace = _trace_row(pk, spans, shape, source)
    segment = SegmentRow(pk, source.batch, source.received_at, len(spans), shape)
    calls = [
        tool_call(trace, span, sent_arguments(span))
        for span in spans
        if span.kind is Kind.TOOL
    ]
    if not has_key:
        return Prepared(trace, row_of(trace), {}, segment, [], calls)
    if told := told_by(spans):
        set_references(trace, told, keyring)
    words = [_words(pk, one, texts[one], keyring) for one in texts]
    return Prepared(trace, row_of(trace), told, segment, words, calls)


def _words(pk: UUID, words: WordClass, texts: list[str], keyring: Keyring) -> WordsRow:
    sealed, masks = seal_texts(keyring, pk, words, texts)
    return WordsRow(words, sealed, masks, sum(map(len, texts)))


def _trace_row(pk: UUID, spans: list[Span], shape: bytes, source: Source) -> Trace:
    are_distinct = _are_distinct(spans)
    figures = (
        count_spans(SpanTree(sorted(spans, key=in_order)))
        if are_distinct
        else figures_of(TraceShape(merge_copies(decode_segment(shape, 0))))
    )
    return Trace(
        id=pk,
        system_id=source.system_id,
        trace_id=UUID(spans[0].trace_id),
        environment=source.environment,
        first_batch=source.batch,
        first_seen_at=source.received_at,
        last_arrival_at=source.received_at,
        quiet_at=quiet_after(figures.whole, source.received_at),
        # Rows of its calls are of single copies until it is settled.
        dirty_since=None if are_distinct else source.received_at,
        **figures.columns(source.received_at),
    )


def _are_distinct(spans: Sequence[Span]) -> bool:
    """True if each span came once and whole, as nearly always."""
    ids = {span.span_id for span in spans}
    return len(ids) == len(spans) and not any(span.supplement for span in spans)


def _mark_dirty(later: Sequence[Prepared]) -> None:
    """Mark what an earlier batch has begun, to be counted anew; locks the rows.

    Whole or not is not known before they are counted: the longer wait is the safe one.
    """
    if not later:
        return
    arrivals: dict[UUID, list[datetime]] = defaultdict(list)
    for one in later:
        arrivals[one.trace.pk].append(one.segment.received_at)
    standing = Trace.objects.filter(pk__in=arrivals).order_by("pk")
    len(standing.select_for_update(no_key=True).values_list("pk"))
    came = [
        (pk, len(times), max(times), quiet_after(False, max(times)))
        for pk, times in arrivals.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(column) for column in zip(*came, strict=True)])
