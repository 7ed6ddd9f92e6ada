"""Whom a trace is about: conversation and subject, found by digest and shown sealed.

What the earliest span tells stands, in whatever order batches come: of spans that begin
together the one with the smaller id, and of its copies the ended one, then the one that
tells more, as of all else it says (traces/merging.py). So a span that is sent again,
put right and complete, counts; of copies alike in all this the choice is arbitrary, and
always the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

import structlog

from reviewapp.core.digests import reference_digest
from reviewapp.core.words import Keyring, WordsDamaged
from traces.models import Trace
from traces.spans import Span

log = structlog.get_logger(__name__)
_LABEL = "references"
_NAMES = ("conversation", "subject")
_COLUMNS = ("conversation_digest", "subject_digest", "references_sealed")
# A span without a start tells after all others.
_NO_TIME = 2**64 - 1


class Told(NamedTuple):
    """A reference, and where in the run it is told; the smallest one stands.

    `place`: when the span that tells it began, its id, whether it is open, and how much
    it leaves unsaid. Of what nobody knows any more it is empty, and that stands.
    """

    place: tuple[int | str, ...]
    value: str

    @classmethod
    def by(cls, span: Span, value: str) -> Self:
        began = span.start_ns or _NO_TIME
        return cls((began, span.span_id, not span.end_ns, -span.fields), value)


# By the name of the reference.
References = dict[str, Told]


def told_by(spans: Iterable[Span]) -> References:
    """Return what spans tell of whom their trace is about."""
    found: References = {}
    for span in spans:
        for name in _NAMES:
            if value := getattr(span, name):
                found = earlier(found, {name: Told.by(span, value)})
    return found


def earlier(one: References, other: References) -> References:
    """Return what stands of two tellings, whichever came first."""
    return one | {name: min(one.get(name, told), told) for name, told in other.items()}


def set_references(trace: Trace, told: References, keyring: Keyring) -> None:
    """Set what a trace is found by, and the same sealed, to be shown."""
    values = {name: told[name].value if name in told else "" for name in _NAMES}
    trace.conversation_digest = reference_digest("conversation", values["conversation"])
    trace.subject_digest = reference_digest("subject", values["subject"])
    sealed = values | {"by": {name: one.place for name, one in told.items()}}
    trace.references_sealed = keyring.seal(trace.pk, _LABEL, sealed)


def add_references(brought: Iterable[tuple[Trace, References]]) -> None:
    """Add what later batches tell of whom traces are about, whose rows are locked.

    What retention has let go is not told anew: it can be found, and shown no more.
    """
    news: dict[Any, References] = {}
    for trace, told in brought:
        if told:
            news[trace.pk] = earlier(news.get(trace.pk, {}), told)
    if not news:
        return
    keyring = Keyring.of(news)
    for trace in Trace.objects.filter(pk__in=news):
        if keyring.has(trace.pk) and not _let_go(trace):
            _add(trace, news[trace.pk], keyring)


def open_references(trace: Trace, keyring: Keyring) -> dict[str, str]:
    """Return conversation and subject, "" where nobody told.

    Raises WordsGone or WordsDamaged.
    """
    known = _known(trace, keyring)
    return {name: known[name].value if name in known else "" for name in _NAMES}


def _add(trace: Trace, told: References, keyring: Keyring) -> None:
    """Add to one row; what cannot be read (older keys were restored) stays as it is."""
    try:
        known = _known(trace, keyring)
    except WordsDamaged:
        log.error("words.damaged", trace=str(trace.pk))
        return
    merged = earlier(known, told)
    if merged != known:
        set_references(trace, merged, keyring)
        trace.save(update_fields=_COLUMNS)


def _let_go(trace: Trace) -> bool:
    is_found = trace.conversation_digest or trace.subject_digest
    return bool(is_found) and trace.references_sealed is None


def _known(trace: Trace, keyring: Keyring) -> References:
    if trace.references_sealed is None:
        return {}
    stored = keyring.open(trace.pk, _LABEL, trace.references_sealed)
    by: Mapping[str, list[int | str]] = stored.get("by", {})
    return {
        name: Told(tuple(by.get(name, ())), stored[name])
        for name in _NAMES
        if stored[name]
    }
