"""Openings: whoever is about to see a trace, or words of it, is in the log before.

The one door to words for people. Detectors and settling, which show nobody anything,
read by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import Facts, record_event
from reviewapp.core.words import Keyring, WordsDamaged
from traces.models import Trace
from traces.selectors.opened import Opened
from traces.selectors.reach import Reach
from traces.selectors.reading import mask_beside, opaque_digests, read_words
from traces.services.references import open_references
from traces.spans import PartShape, SpanShape, WordClass
from traces.steps import Step
from traces.tiers import Clarity
from traces.trees import TraceShape

# Of spans named in one event; the whole trace may have 100,000.
MOST_NAMED = 50
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to read: some parts, of these spans."""

    spans: Sequence[SpanShape]
    parts: Sequence[PartShape]

    @classmethod
    def of(cls, spans: Iterable[SpanShape]) -> Wanted:
        """All that these spans say, replays included."""
        spans = list(spans)
        parts = [
            part
            for span in spans
            for copy in (span, *span.beside)
            for part in copy.parts
        ]
        return cls(spans, parts)

    @classmethod
    def of_steps(cls, steps: Iterable[Step]) -> Wanted:
        """What is drawn of these steps; the histories behind them are not."""
        steps = list(steps)
        return cls(
            [span for step in steps for span in step.spans],
            [part for step in steps for part in step.parts],
        )

    def and_parts(
        self, parts: Iterable[PartShape], spans: Iterable[SpanShape]
    ) -> Wanted:
        known = {span.span_id for span in self.spans}
        more = [span for span in spans if span.span_id not in known]
        return Wanted([*self.spans, *more], [*self.parts, *parts])


def open_trace(
    trace: Trace,
    shape: TraceShape,
    wanted: Wanted,
    *,
    actor: Actor,
    reach: Reach,
    door: str,
) -> Opened:
    """Open a trace for a person: whom it is about, and the words of some parts.

    The event stands before anything is decrypted: committed, unless the caller holds a
    transaction open, which no door does. `door` is page, panel, api, …
    """
    keyring = Keyring.of([trace.pk])
    parts = [part for part in wanted.parts if reach.clarity_of(part.words)]
    is_about = _tells_whom(trace, reach)
    if not keyring.has(trace.pk) or not (parts or is_about):
        _record_shape(trace, actor=actor, reach=reach, door=door)
        digests = opaque_digests(trace, wanted.parts, keyring)
        return Opened(gone=bool(parts or is_about), digests=digests)
    _record_words(trace, wanted.spans, parts, actor=actor, reach=reach, door=door)
    told = _references(trace, shape, reach, keyring) if is_about else {}
    return Opened(
        texts=read_words(trace, shape, parts, reach.clarity_of, keyring),
        conversation=told.get("conversation", ""),
        subject=told.get("subject", ""),
        digests=opaque_digests(trace, wanted.parts, keyring),
    )


def open_words(
    trace: Trace,
    shape: TraceShape,
    wanted: Wanted,
    *,
    actor: Actor,
    reach: Reach,
    door: str,
) -> Opened:
    """Open some more words of a trace that the person looks at already.

    Who is told digests of opaque parts alone is in the log too: words are decrypted for
    them.
    """
    keyring = Keyring.of([trace.pk])
    parts = [part for part in wanted.parts if reach.clarity_of(part.words)]
    is_opaque = any(part.words is WordClass.OPAQUE for part in wanted.parts)
    if not keyring.has(trace.pk) or not (parts or is_opaque):
        return Opened(gone=bool(parts))
    if parts:
        _record_words(trace, wanted.spans, parts, actor=actor, reach=reach, door=door)
    else:
        _record_shape(trace, actor=actor, reach=reach, door=door)
    return Opened(
        texts=read_words(trace, shape, parts, reach.clarity_of, keyring),
        digests=opaque_digests(trace, wanted.parts, keyring),
    )


def _tells_whom(trace: Trace, reach: Reach) -> bool:
    """References of people and conversations are words of dialogue."""
    sees = reach.clarity_of(WordClass.DIALOGUE) > Clarity.NONE
    return sees and trace.references_sealed is not None


def _references(
    trace: Trace, shape: TraceShape, reach: Reach, keyring: Keyring
) -> dict[str, str]:
    """Return whom it is about; nothing where that is sealed with another key, as it is
    after a restore of older keys."""
    try:
        told = open_references(trace, keyring)
    except WordsDamaged:
        log.error("words.damaged", trace=str(trace.pk), what="references")
        return {}
    if reach.clarity_of(WordClass.DIALOGUE) is Clarity.CLEAR:
        return told
    return mask_beside(trace, shape, told, keyring)


@transaction.atomic
def _record_shape(trace: Trace, *, actor: Actor, reach: Reach, door: str) -> None:
    record_event("trace.opened", trace, actor=actor, facts=_facts(trace, reach, door))


@transaction.atomic
def _record_words(
    trace: Trace,
    spans: Sequence[SpanShape],
    parts: Sequence[PartShape],
    *,
    actor: Actor,
    reach: Reach,
    door: str,
) -> None:
    classes = Counter(str(part.words) for part in parts)
    named = [span.span_id for span in spans]
    facts = _facts(trace, reach, door) | {
        "parts": dict(sorted(classes.items())),
        "spans": named[:MOST_NAMED],
        "span_count": len(named),
    }
    record_event("trace.words_opened", trace, actor=actor, facts=facts)


def _facts(trace: Trace, reach: Reach, door: str) -> Facts:
    opening: UUID | None = reach.opening
    return {
        "system": str(trace.system_id),
        "tier": int(reach.tier),
        "why": reach.why,
        "opening": str(opening) if opening else "",
        "door": door,
    }
