"""Where the time of a run went, by kind of span."""

from hypothesis import given
from hypothesis import strategies as st

from tests.traces.builders import SECOND_NS, make_span
from tests.traces.test_steps import shape_of
from traces.spans import Kind, Usage
from traces.time_shares import covered, shares_of


def shares(*spans):
    found = shares_of(shape_of(spans))
    return {share.kind: share.percent for share in found.shares}


def test_time_counts_where_no_other_span_is_below():
    assert shares(
        make_span(1, kind=Kind.AGENT, seconds=10),
        make_span(2, 1, start_s=0, seconds=6),
        make_span(3, 1, kind=Kind.TOOL, start_s=6, seconds=3),
    ) == {Kind.LLM: 60, Kind.TOOL: 30, None: 10}


def test_calls_side_by_side_count_once():
    assert shares(
        make_span(1, seconds=4),
        make_span(2, start_s=2, seconds=4),
        make_span(3, kind=Kind.TOOL, start_s=0, seconds=6),
    ) == {Kind.LLM: 100, Kind.TOOL: 100}


def test_a_run_without_an_end_has_no_shares():
    assert shares(make_span(1, seconds=None)) == {}


def test_reasoning_is_its_share_of_the_tokens_put_out():
    spans = [make_span(1, seconds=8, usage=Usage(output=100, reasoning=25))]
    found = shares_of(shape_of(spans))
    assert (found.reasoning_ns, found.reasoning_percent) == (2 * SECOND_NS, 25)


def test_untold_tokens_make_no_estimate():
    assert (
        shares_of(shape_of([make_span(1, usage=Usage(output=9))])).reasoning_ns is None
    )


INTERVALS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted))


# A busy machine makes the first inputs slow.
@given(INTERVALS)
def test_covered_time_is_that_of_each_moment_counted_once(intervals):
    moments = {m for start, stop in intervals for m in range(start, stop)}
    assert covered(tuple(one) for one in intervals) == len(moments)
