"""A trace as it is read back: its merged shape, and words as clear as a viewer may see.

Nothing here asks who reads: whoever calls has settled the tier and recorded the event
before (traces/services/openings.py). Detectors and settling read in clear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar
from uuid import UUID

import structlog
from django.db.models import F, Sum, Window

from reviewapp.core.words import Keyring, WordsDamaged
from traces.masking import MaskKind, Numbering, find_masks, put_tokens, show
from traces.merging import merge_copies
from traces.models import Trace, Words
from traces.sealing import PlacedMask, open_masks, open_texts
from traces.shapes import decode_segment
from traces.spans import PartShape, SpanShape, WordClass
from traces.tiers import Clarity
from traces.trees import TraceShape

# More than anybody reads, and as much as is counted in two seconds.
MOST_SPANS = 100_000
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Place(NamedTuple):
    """Where one text of a trace stands."""

    words: WordClass
    segment: int
    text: int


ClarityOf = Callable[[WordClass], Clarity]


def place_of(part: PartShape) -> Place:
    return Place(part.words, *part.place)


def read_shape(trace: Trace) -> TraceShape:
    """Return the merged spans of a trace, the first that came where it is too long.

    One query, whatever its length; a trace beyond `MOST_SPANS` would fill the memory of
    whoever opens it, and says how many it leaves out.
    """
    in_order = Window(Sum("spans"), order_by=F("batch").asc())
    segments = trace.segments.alias(reaches=in_order, starts=F("reaches") - F("spans"))
    told = segments.annotate(among=Window(Sum("spans"))).filter(starts__lt=MOST_SPANS)
    rows = told.order_by("batch").values_list("pk", "shape", "spans", "among")
    read, among, copies = 0, 0, []
    for pk, shape, spans, among in rows:  # noqa: B007  the same in every row
        copies += decode_segment(bytes(shape), pk)
        read += spans
    return TraceShape(merge_copies(copies), among - read)


def read_words(
    trace: Trace,
    shape: TraceShape,
    wanted: Iterable[PartShape],
    clarity_of: ClarityOf,
    keyring: Keyring | None = None,
) -> dict[Place, str]:
    """Return the texts of the parts that may be seen, as clear as they may be.

    What may not be seen is absent, and so is what retention has taken. Opaque parts
    never come. Raises WordsGone if the key of the trace was destroyed.
    """
    seen = [
        part
        for part in wanted
        if part.words is not WordClass.OPAQUE and clarity_of(part.words)
    ]
    if not seen:
        return {}
    keyring = keyring or Keyring.of([trace.pk])
    texts = dict(_texts(trace, seen, keyring))
    hidden = {p.words for p in seen if clarity_of(p.words) is Clarity.MASKED}
    masked = _Masked(trace, shape, keyring) if hidden else None
    return {
        place: masked.show(place, text)
        if masked and place.words in hidden
        else _told(text)
        for place, text in texts.items()
    }


def opaque_digests(
    trace: Trace, wanted: Iterable[PartShape], keyring: Keyring
) -> dict[Place, str]:
    """Return what tells opaque parts of one run apart, keyed: all anybody sees of them.

    Absent where retention has taken the part, or its key is gone.
    """
    opaque = [part for part in wanted if part.words is WordClass.OPAQUE]
    if not opaque or not keyring.has(trace.pk):
        return {}
    return {
        place: keyring.fingerprint(trace.pk, text)
        for place, text in _texts(trace, opaque, keyring)
    }


def mask_beside(
    trace: Trace, shape: TraceShape, texts: Mapping[str, str], keyring: Keyring
) -> dict[str, str]:
    """Return texts about a trace masked with the numbers that its words have."""
    masked = _Masked(trace, shape, keyring)
    return {name: masked.show_beside(text) for name, text in texts.items()}


def _texts(
    trace: Trace, parts: Iterable[PartShape], keyring: Keyring
) -> Iterator[tuple[Place, bytes]]:
    places = dict.fromkeys(map(place_of, parts))
    rows = Words.objects.filter(
        segment__trace=trace,
        segment__in={place.segment for place in places},
        words__in={place.words for place in places},
    )
    wanted = defaultdict(list)
    for place in places:
        wanted[place.words, place.segment].append(place)
    for row in rows.defer("masks").order_by("segment", "words"):
        found = wanted.get((WordClass(row.words), row.segment_id), [])
        texts = _opened(open_texts, keyring, trace, row) if found else []
        for place in found if texts else ():
            yield place, texts[place.text]


def _opened(
    opens: Callable[[Keyring, UUID, Words], list[T]],
    keyring: Keyring,
    trace: Trace,
    row: Words,
) -> list[T]:
    """Open a row, or nothing of it where its key is another one.

    So it is after a restore of older keys: what came before is lost, the rest is not.
    """
    try:
        return opens(keyring, trace.pk, row)
    except WordsDamaged:
        log.error("words.damaged", trace=str(trace.pk), row=row.pk)
        return []


class _Masked:
    """Masked texts of one trace, whose tokens mean the same throughout.

    Numbers follow the order in which values stand in the whole trace, whatever part of
    it is read and in whatever batches it came.
    """

    def __init__(self, trace: Trace, shape: TraceShape, keyring: Keyring) -> None:
        self._trace, self._keyring = trace, keyring
        self._masks: dict[Place, list[PlacedMask]] = defaultdict(list)
        rows = Words.objects.filter(segment__trace=trace, masks__isnull=False)
        for row in rows.defer("sealed"):
            for mask in _opened(open_masks, keyring, trace, row):
                place = Place(WordClass(row.words), row.segment_id, mask.text)
                self._masks[place].append(mask)
        self._number = Numbering()
        for mask in self._in_order(shape.spans):
            self._number(mask.kind, mask.value)

    def show(self, place: Place, text: bytes) -> str:
        tokens = (
            (mask.start, mask.end, mask.kind, self._number(mask.kind, mask.value))
            for mask in self._masks.get(place, ())
        )
        return _told(put_tokens(text, tokens))

    def show_beside(self, text: str) -> str:
        """Mask a text that stands beside the words: the same value, the same token."""
        return show(text, find_masks(text), self._number_of)

    def _number_of(self, kind: MaskKind, meant: bytes) -> int:
        value = self._keyring.fingerprint(self._trace.pk, meant)
        return self._number(kind, value)

    def _in_order(self, spans: Iterable[SpanShape]) -> Iterator[PlacedMask]:
        for span in spans:
            for copy in (span, *span.beside):
                for part in copy.parts:
                    yield from self._masks.get(place_of(part), ())
        # What stands in copies that were merged away is numbered last.
        for masks in self._masks.values():
            yield from masks


def _told(text: bytes) -> str:
    return text.decode("utf-8", "replace")
