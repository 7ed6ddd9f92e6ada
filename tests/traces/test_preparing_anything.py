"""Whatever is sent is prepared to be stored, or set aside: no span is lost."""

from collections import defaultdict
from datetime import UTC, datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewapp.core.words import Keyring
from tests.traces.dialects.spans import raw
from tests.traces.dialects.test_losing_nothing import attributes
from traces.dialects import normalise
from traces.manifests import set_fingerprints
from traces.models import Batch, Signal
from traces.services import digesting
from traces.services.digesting import Item, Reading
from traces.services.storing import prepare_spans
from traces.shapes import decode_segment
from traces.spans import (
    Direction,
    Kind,
    Part,
    PartKind,
    Span,
    Usage,
    WordClass,
)

SYSTEM = uuid4()


class Keys(defaultdict):
    """A data key for every owner there may be, and no database."""

    def __missing__(self, owner):
        return self.setdefault(owner, AESGCM.generate_key(256))

    def __contains__(self, owner):
        return True


KEYRING = Keyring(Keys())
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reading(items):
    batch = Batch(
        id=7,
        system_id=SYSTEM,
        environment="production",
        signal=Signal.TRACES,
        received_at=NOW,
        spans=len(items),
    )
    return Reading(batch, items, [])


def stored_in(prepared):
    """The spans that the prepared segments hold, by trace."""
    return sorted(
        (one.trace.trace_id.hex, span.span_id)
        for one in prepared
        for span in decode_segment(one.segment.shape, 0)
    )


def asked_for(spans):
    return sorted((span.trace_id, span.span_id) for span in spans)


moments = st.sampled_from([0, 1, 10**18, 2**63 - 1]) | st.integers(0, 2**63 - 1)
# Few, so that spans meet: copies, parents that are their own children, other traces.
ids = st.integers(1, 4).map(lambda n: n.to_bytes(8, "big"))
trace_ids = st.integers(1, 2).map(lambda n: n.to_bytes(16, "big"))


@st.composite
def raws(draw):
    start = draw(moments)
    return raw(
        draw(attributes),
        trace_id=draw(trace_ids),
        span_id=draw(ids),
        parent_id=draw(ids | st.just(b"")),
        start_ns=start,
        end_ns=draw(st.just(0) | st.integers(start, 2**63 - 1)),
        status_code=draw(st.integers(0, 2)),
        dropped_attributes=draw(st.integers(0, 3)),
        supplement=draw(st.booleans()),
        flags=draw(st.sampled_from([0, 0x100, 0x300])),
    )


@given(st.lists(raws(), min_size=1, max_size=5))
@settings(max_examples=60)
def test_what_dialects_read_is_prepared_and_no_span_is_lost(sent):
    spans = [normalise(one) for one in sent]
    for span in spans:
        set_fingerprints(span)
    source = reading([]).source
    assert stored_in(prepare_spans(spans, source, KEYRING)) == asked_for(spans)


# Of a span as no reader ever made one: what a bug of ours might bring.
odd = st.text(max_size=20) | st.sampled_from(["\ud800", "\x00", "x" * 5_000])
counts = st.none() | st.integers(-(2**70), 2**70)
parts = st.builds(
    Part,
    kind=st.sampled_from(PartKind),
    words=st.sampled_from(WordClass),
    direction=st.sampled_from(Direction),
    message=st.integers(-1, 2**65),
    role=odd,
    name=odd,
    call_id=odd,
    size=counts,
    text=odd,
)
usages = st.builds(
    Usage, input=counts, output=counts, reasoning=counts, cache_read=counts
)
spans = st.builds(
    Span,
    trace_id=trace_ids.map(bytes.hex),
    span_id=ids.map(bytes.hex),
    parent_id=ids.map(bytes.hex) | odd,
    kind=st.sampled_from(Kind),
    name=odd,
    start_ns=st.integers(-(2**65), 2**65),
    end_ns=st.integers(-(2**65), 2**65),
    tool=odd,
    provider=odd,
    model=odd,
    request_id=odd,
    turn=counts,
    usage=usages,
    cost_usd=st.none() | st.floats(),
    fields=st.integers(-(2**65), 2**65),
    parameters=st.dictionaries(odd, odd | st.floats() | st.binary(), max_size=2),
    conversation=odd,
    subject=odd,
    supplement=st.booleans(),
    parts=st.lists(parts, max_size=3),
)


@given(st.lists(spans, min_size=1, max_size=5))
@settings(max_examples=60)
def test_what_cannot_be_prepared_is_set_aside_and_all_else_is_stored(made):
    one = reading([Item(None, span) for span in made])
    digesting._prepare(one, KEYRING)
    aside = sorted((fault.trace_id.hex, fault.span_id) for fault in one.faults)
    assert sorted(stored_in(one.prepared) + aside) == asked_for(made)


def test_one_bad_span_takes_no_other_with_it():
    good = [normalise(raw(span_id=n.to_bytes(8, "big"))) for n in range(1, 8)]
    bad = Span(trace_id=good[0].trace_id, span_id="8" * 16, fields=2**70)
    one = reading([Item(None, span) for span in (*good[:4], bad, *good[4:])])
    digesting._prepare(one, KEYRING)
    (fault,) = one.faults
    assert (fault.trace_id, fault.span_id) == (UUID(bad.trace_id), bad.span_id)
    assert stored_in(one.prepared) == asked_for(good)
