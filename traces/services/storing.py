"""Spans become segments, words and rows.

The costly part (merging, masking, sealing) is done before the transaction, which would
otherwise hold back every reader of the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from reviewapp.core.bulk import insert_rows, next_ids
from reviewapp.core.digests import reference_digest
from reviewapp.core.words import Keyring
from traces.figures import TraceFigures, count_spans, figures_of, quiet_after
from traces.merging import in_order, merge_copies
from traces.models import Segment, Trace, Words
from traces.sealing import seal_texts
from traces.services.calls import CallRow, sent_arguments, tool_call, write_calls
from traces.shapes import decode_segment, encode_segment
from traces.spans import Kind, Span, WordClass
from traces.trees import SpanTree, TraceShape

REFERENCES_LABEL = "references"
_ROWS = 500


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
    """What one batch brought for one trace, sealed and ready to be written."""

    trace: Trace
    segment: SegmentRow
    words: list[WordsRow]
    calls: list[CallRow]


def prepare_spans(spans: Iterable[Span], source: Source) -> list[Prepared]:
    """Return what is to be written, in the order in which rows are locked.

    Makes and commits the data keys of new traces. Of a trace whose key was destroyed
    only the shape is kept: an owner gets no second key.
    """
    groups: dict[UUID, list[Span]] = {}
    for span in spans:
        if not span.span_id:
            continue  # a word about a whole run is no span of it
        pk = Trace.key_of(source.system_id, bytes.fromhex(span.trace_id))
        groups.setdefault(pk, []).append(span)
    keyring = Keyring.ensure(groups)
    return [_prepare(pk, groups[pk], source, keyring) for pk in sorted(groups)]


def write_prepared(prepared: Sequence[Prepared], source: Source) -> None:
    """Write the rows, inside the caller's transaction.

    A trace that this batch begins is counted already; any other is marked to be counted
    anew, together with what else comes for it.
    """
    Trace.objects.bulk_create(
        [one.trace for one in prepared], ignore_conflicts=True, batch_size=_ROWS
    )
    later = _mark_dirty([one.trace.pk for one in prepared], source)
    _add_references([one.trace for one in prepared if one.trace.pk in later])
    _write_documents(prepared)
    write_calls((call for one in prepared for call in one.calls), settled=False)


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
        return Prepared(trace, segment, [], calls)
    _set_references(trace, spans, keyring)
    words = [_words(pk, one, texts[one], keyring) for one in texts]
    return Prepared(trace, segment, words, calls)


def _words(pk: UUID, words: WordClass, texts: list[str], keyring: Keyring) -> WordsRow:
    sealed, masks = seal_texts(keyring, pk, words, texts)
    return WordsRow(words, sealed, masks, sum(map(len, texts)))


def _trace_row(pk: UUID, spans: list[Span], shape: bytes, source: Source) -> Trace:
    figures = _count(spans, shape)
    return Trace(
        id=pk,
        system_id=source.system_id,
        trace_id=UUID(spans[0].trace_id),
        environment=source.environment,
        first_batch=source.batch,
        first_seen_at=source.received_at,
        last_arrival_at=source.received_at,
        quiet_at=quiet_after(figures.whole, source.received_at),
        **figures.columns(source.received_at),
    )


def _count(spans: list[Span], shape: bytes) -> TraceFigures:
    """Count the spans; nearly always each came once, as it is."""
    ids = {span.span_id for span in spans}
    if len(ids) == len(spans) and not any(span.supplement for span in spans):
        return count_spans(SpanTree(sorted(spans, key=in_order)))
    return figures_of(TraceShape(merge_copies(decode_segment(shape, 0))))


def _set_references(trace: Trace, spans: Iterable[Span], keyring: Keyring) -> None:
    """Take conversation and subject from the earliest span that tells them."""
    ordered = sorted(spans, key=lambda span: span.start_ns)
    told = {
        "conversation": next((s.conversation for s in ordered if s.conversation), ""),
        "subject": next((s.subject for s in ordered if s.subject), ""),
    }
    if any(told.values()):
        seal_references(trace, told, keyring)


def seal_references(trace: Trace, told: dict[str, str], keyring: Keyring) -> None:
    """Set what a trace is found by, and the same sealed, to be shown."""
    trace.conversation_digest = reference_digest("conversation", told["conversation"])
    trace.subject_digest = reference_digest("subject", told["subject"])
    trace.references_sealed = keyring.seal(trace.pk, REFERENCES_LABEL, told)


def _mark_dirty(pks: list[UUID], source: Source) -> set[UUID]:
    """Mark those that an earlier batch has begun; return which these are.

    Whole or not is not known before they are counted: the longer wait is the safe one.
    """
    later = Trace.objects.filter(pk__in=pks).exclude(first_batch=source.batch)
    locked = set(
        later.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    )
    if locked:
        Trace.objects.filter(pk__in=locked).update(
            arrivals=F("arrivals") + 1,
            dirty_since=Coalesce(F("dirty_since"), Value(source.received_at)),
            last_arrival_at=Greatest(F("last_arrival_at"), Value(source.received_at)),
            quiet_at=Greatest(
                F("quiet_at"), Value(quiet_after(False, source.received_at))
            ),
        )
    return locked


def _add_references(brought: Iterable[Trace]) -> None:
    """Add what a later batch tells of whom a trace is about, where nobody had."""
    telling = {
        one.pk: one for one in brought if one.conversation_digest or one.subject_digest
    }
    lacking = [
        trace
        for trace in Trace.objects.filter(pk__in=telling)
        if _adds(telling[trace.pk], trace)
    ]
    if not lacking:
        return
    keyring = Keyring.of(trace.pk for trace in lacking)
    for trace in lacking:
        told = _references(telling[trace.pk], keyring)
        known = _references(trace, keyring)
        merged = {name: known[name] or told[name] for name in told}
        seal_references(trace, merged, keyring)
        trace.save(
            update_fields=["conversation_digest", "subject_digest", "references_sealed"]
        )


def _adds(brought: Trace, known: Trace) -> bool:
    return bool(
        (brought.conversation_digest and not known.conversation_digest)
        or (brought.subject_digest and not known.subject_digest)
    )


def _references(trace: Trace, keyring: Keyring) -> dict[str, str]:
    if trace.references_sealed is None:
        return {"conversation": "", "subject": ""}
    told: dict[str, str] = keyring.open(
        trace.pk, REFERENCES_LABEL, trace.references_sealed
    )
    return told
