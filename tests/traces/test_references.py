"""Whom a run is about does not hang on the order in which it is told."""

from dataclasses import replace
from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewapp.core.words import Keyring
from tests.builders import make_system
from tests.traces.builders import make_span
from tests.traces.stored import store
from traces.models import Trace
from traces.services.references import earlier, open_references, told_by

FIRST = make_span(1, conversation="c-1", subject="mara")
OPEN = replace(FIRST, end_ns=0, subject="nobody yet", fields=99)
CORRECTED = replace(FIRST, subject="mira", fields=9)
LATER = make_span(2, 1, start_s=1, conversation="c-2", subject="max")
SILENT = make_span(3, 1)
EVENT = replace(make_span(1, supplement=True, subject="eve"), start_ns=0, end_ns=0)
TOLD = [FIRST, OPEN, CORRECTED, LATER, SILENT, EVENT, replace(FIRST, subject="mora")]


@given(st.data())
def test_order_repetition_and_batches_do_not_matter(data):
    copies = data.draw(
        st.permutations([*TOLD, *data.draw(st.lists(st.sampled_from(TOLD)))])
    )
    cuts = sorted(data.draw(st.sets(st.integers(1, len(copies)))))
    batches = [
        copies[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)
    ]
    assert reduce(earlier, map(told_by, batches)) == told_by(TOLD)


@pytest.mark.parametrize(
    ("spans", "subject"),
    [
        ([FIRST, LATER], "mara"),
        ([LATER], "max"),
        ([FIRST, OPEN], "mara"),
        ([FIRST, CORRECTED], "mira"),
        ([EVENT, LATER], "max"),
        ([EVENT], "eve"),
        ([SILENT, LATER], "max"),
    ],
)
def test_the_span_that_began_first_tells_and_its_fullest_copy(spans, subject):
    for order in permutations(spans):
        assert told_by(order)["subject"].value == subject


def test_who_tells_nothing_names_nobody():
    assert told_by([SILENT]) == {}


def shown(trace):
    return open_references(trace, Keyring.of([trace.pk]))


@pytest.mark.parametrize("order", list(permutations([FIRST, CORRECTED, LATER])))
def test_a_trace_is_found_by_what_stands_and_by_nothing_else(db, order):
    system = make_system()
    trace = [store([span], system) for span in order][-1]
    assert shown(trace) == {"conversation": "c-1", "subject": "mira"}
    assert trace in Trace.objects.of_subject("Mira")
    assert trace in Trace.objects.of_conversation("c-1")
    for other in ("mara", "max"):
        assert trace not in Trace.objects.of_subject(other)


def test_what_was_told_before_places_were_kept_stands(db):
    trace = store([LATER])
    keyring = Keyring.of([trace.pk])
    before = keyring.seal(
        trace.pk, "references", {"conversation": "c-2", "subject": ""}
    )
    Trace.objects.update(references_sealed=before, subject_digest="")
    trace = store([FIRST], trace.system)
    assert shown(trace) == {"conversation": "c-2", "subject": "mara"}
