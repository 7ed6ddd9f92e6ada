"""Shuffle, repeat and split what came of a trace: it is the same trace."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.builders import (
    SECOND_NS,
    fingerprint,
    make_run,
    make_span,
    span_id,
    text,
    thought,
)
from traces.figures import figures_of
from traces.merging import merge_copies
from traces.shapes import decode_segment, encode_segment
from traces.spans import (
    Direction,
    Fidelity,
    Kind,
    Part,
    PartKind,
    Usage,
    WordClass,
)
from traces.trees import TraceShape


def merged(*batches):
    """Merge batches of spans as they would be read back from their segments."""
    copies = []
    for number, batch in enumerate(batches):
        copies += decode_segment(encode_segment(batch, fingerprint)[0], number)
    return merge_copies(copies)


def told(spans):
    return [
        (s.span_id, s.end_ns, s.answer, s.fields, len(s.parts), len(s.beside))
        for s in spans
    ]


def run_told_in_bits():
    """A run whose spans came bare and open too, and with log events about them."""
    run = make_run()
    last = run[-1]
    asked = text("Where is my order?", Direction.IN, "user")
    return [
        *run,
        replace(last, parts=[], fields=99),
        replace(last, end_ns=last.end_ns + SECOND_NS),
        replace(last, parts=[], end_ns=0, fields=100),
        make_span(2, 1, supplement=True, model="gpt-5", parts=[asked, text("Hm.")]),
        make_span(4, 1, supplement=True, start_s=1, parts=[asked]),
        make_span(4, 1, supplement=True, start_s=2, parts=[asked, thought("So.")]),
        make_span(9, 1, supplement=True, parts=[text("Of a span that never came.")]),
    ]


@given(st.data())
def test_order_repetition_and_batches_do_not_matter(data):
    run = run_told_in_bits()
    copies = data.draw(
        st.permutations([*run, *data.draw(st.lists(st.sampled_from(run)))])
    )
    cuts = sorted(data.draw(st.sets(st.integers(1, len(copies)))))
    batches = [
        copies[start:end] for start, end in zip([0, *cuts], [*cuts, None], strict=True)
    ]
    again = merged(*(batch for batch in batches if batch))
    assert told(again) == told(merged(run))
    assert figures_of(TraceShape(again)) == figures_of(TraceShape(merged(run)))


def test_an_ended_copy_stands_for_an_open_one_whichever_came_first():
    opened = make_span(seconds=None, fields=9)
    ended = make_span(fields=5)
    for order in ([opened, ended], [ended, opened]):
        (span,) = merged(*([copy] for copy in order))
        assert span.end_ns
        assert not span.beside


def test_the_fuller_copy_stands():
    bare, full = make_span(fields=4), make_span(fields=9, parts=[text("Hello")])
    for order in ([bare, full], [full, bare]):
        (span,) = merged(*([copy] for copy in order))
        assert (span.fields, len(span.parts)) == (9, 1)


def test_an_ended_copy_with_an_answer_stands_for_one_that_tells_more_without():
    bare, answered = make_span(fields=9), make_span(fields=4, parts=[text("Hello")])
    for order in ([bare, answered], [answered, bare]):
        (span,) = merged(*([copy] for copy in order))
        assert (span.fields, bool(span.answer), span.beside) == (4, True, [])


def test_an_event_that_comes_twice_says_its_words_once():
    bare = make_span()
    asked = make_span(
        supplement=True, start_s=0.5, parts=[text("Hi", Direction.IN, "user")]
    )
    other = replace(asked, parts=[text("Ho", Direction.IN, "user")])
    (span,) = merged([bare, asked, asked], [other, asked])
    assert len(span.parts) == 2


def test_another_answer_stands_beside_the_first_and_only_once():
    first = make_span(parts=[text("Paid out on Monday.")])
    second = make_span(parts=[text("There is no refund.")], fields=99)
    (span,) = merged([first], [second], [second], [first])
    assert span.fields == first.fields
    assert len(span.beside) == 1
    assert span.beside[0].answer != span.answer


def test_a_log_event_tells_what_its_span_does_not():
    bare = make_span(usage=Usage(input=5))
    event = make_span(
        supplement=True,
        start_s=0.5,
        model="gpt-5",
        usage=Usage(input=7, output=3),
        parts=[text("Hi", Direction.IN, "user"), text("Hello")],
    )
    for order in ([bare, event], [event, bare]):
        (span,) = merged(*([copy] for copy in order))
        assert not span.supplement
        assert [part.direction for part in span.parts] == ["in", "out"]
        assert (span.model, span.usage.input, span.usage.output) == ("gpt-5", 5, 3)
        assert span.answer


def test_what_a_span_tells_itself_is_not_doubled_by_its_event():
    full = make_span(parts=[text("Hi", Direction.IN, "user"), text("Hello")])
    event = make_span(supplement=True, parts=[text("Hello")])
    (span,) = merged([full], [event])
    assert len(span.parts) == 2


def test_words_that_came_as_an_event_take_the_place_of_a_label_without_any():
    counted = make_span(
        usage=Usage(reasoning=40),
        parts=[
            Part(PartKind.TOOL_DEFINITION, WordClass.TOOLS, Direction.IN, text="{}"),
            thought("", fidelity=Fidelity.STRIPPED),
        ],
    )
    event = make_span(
        supplement=True,
        parts=[text("Hi", Direction.IN, "user"), thought("Hm"), text("Hello")],
    )
    (span,) = merged([counted], [event])
    assert [(part.kind, part.length) for part in span.parts] == [
        (PartKind.TOOL_DEFINITION, 2),
        (PartKind.TEXT, 2),
        (PartKind.REASONING, 2),
        (PartKind.TEXT, 5),
    ]
    assert span.answer


def test_an_event_whose_span_never_came_stands_for_it():
    event = make_span(supplement=True, parts=[thought("Hm")])
    shape = TraceShape(merged([event]))
    assert [span.start_ns for span in shape.spans] == [0]
    assert shape.missing == {span_id(1)}


def test_a_whole_run_says_so_and_its_figures_are_of_its_leaves():
    figures = figures_of(TraceShape(merged(make_run())))
    assert figures.whole
    assert (figures.spans, figures.llm_calls, figures.tool_calls) == (4, 2, 1)
    assert (figures.input_tokens, figures.reasoning_tokens) == (1200, 40)
    assert (figures.stop_class, figures.agent) == ("completed", "support")


def test_what_is_missing_is_named():
    shape = TraceShape(merged(make_run()[1:]))
    assert shape.missing == {span_id(1)}
    assert not shape.is_whole


def test_a_parent_that_ran_elsewhere_is_not_missing():
    shape = TraceShape(merged([make_span(2, 1, remote_parent=True)]))
    assert not shape.missing


def test_rings_and_spans_that_name_themselves_hide_nothing():
    ring = [make_span(1, 3), make_span(2, 1), make_span(3, 2), make_span(4, 4)]
    shape = TraceShape(merged(ring))
    assert sorted(span.span_id for span, _ in shape.walk()) == [
        span_id(n) for n in (1, 2, 3, 4)
    ]
    assert len(shape.rings) == 2
    assert not shape.is_whole


@pytest.mark.timeout(20)
def test_a_long_chain_below_a_ring_is_walked_once_and_the_ring_is_named():
    """Its spans began before those of the ring, so that a walk meets them first."""
    length = 10_000
    chain = [make_span(n, n + 1, start_s=length - n) for n in range(length, 0, -1)]
    ring = [
        make_span(length + 1, length + 2, start_s=length + 1),
        make_span(length + 2, length + 1, start_s=length + 2),
    ]
    chain[0].parent_id = ring[0].span_id
    shape = TraceShape(merged([*chain[::-1], *ring]))
    assert shape.rings == {ring[0].span_id}
    assert [span.span_id for span in shape.roots] == [ring[0].span_id]
    assert len(list(shape.walk())) == length + 2


def test_a_run_deeper_than_the_stack_is_walked():
    deep = [make_span(n, n - 1 or None, Kind.AGENT) for n in range(1, 5001)]
    shape = TraceShape(merged(deep))
    assert max(depth for _, depth in shape.walk()) == 4999
