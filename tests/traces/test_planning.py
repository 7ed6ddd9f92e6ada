"""Where the time of a run went: what counts as planning, and when that is too much."""

import pytest

from tests.traces.builders import make_span
from traces.spans import Kind
from traces.time_shares import is_mostly_planning, shares_of
from traces.trees import SpanTree


def shares(*spans):
    """Shares of a run of 100 s; each span is `(number, parent, kind, from, to)`."""
    root = make_span(1, None, Kind.AGENT, seconds=100)
    told = [
        make_span(number, parent, kind, start_s=start, seconds=end - start)
        for number, parent, kind, start, end in spans
    ]
    return shares_of(SpanTree([root, *told]))


def percents(*spans):
    return {share.kind: share.percent for share in shares(*spans).shares}


def test_a_model_below_a_plan_is_planning_and_a_tool_is_a_tool():
    found = percents(
        (2, 1, Kind.PLANNING, 0, 40),
        (3, 2, Kind.LLM, 0, 30),
        (4, 2, Kind.TOOL, 30, 40),
        (5, 1, Kind.LLM, 40, 60),
    )
    assert found == {Kind.PLANNING: 30, Kind.TOOL: 10, Kind.LLM: 20, None: 40}


def test_checking_itself_is_planning_too():
    told = shares((2, 1, Kind.PLANNING, 0, 30), (3, 1, Kind.EVALUATION, 30, 58))
    assert told.planning_percent == 58


def test_a_plan_made_by_an_agent_of_its_own_is_planning():
    found = percents(
        (2, 1, Kind.PLANNING, 0, 50),
        (3, 2, Kind.AGENT, 0, 50),
        (4, 3, Kind.LLM, 0, 50),
    )
    assert found[Kind.PLANNING] == 50


def test_what_a_tool_thinks_is_not_the_planning_that_called_it():
    found = percents(
        (2, 1, Kind.PLANNING, 0, 50),
        (3, 2, Kind.TOOL, 0, 50),
        (4, 3, Kind.LLM, 0, 50),
    )
    assert found == {Kind.LLM: 50, None: 50}


def test_a_ring_of_plans_ends():
    assert percents((2, 3, Kind.PLANNING, 0, 10), (3, 2, Kind.LLM, 0, 10))


@pytest.mark.parametrize(
    ("planning", "tools", "expected"),
    [(58, 29, True), (50, 29, True), (49, 0, False), (58, 30, False), (0, 0, False)],
)
def test_too_much_planning_is_half_the_time_with_little_for_tools(
    planning, tools, expected
):
    assert is_mostly_planning(planning, tools) is expected


def test_a_run_is_told_in_milliseconds_by_kind():
    told = shares((2, 1, Kind.TOOL, 0, 25)).in_ms()
    assert told == {"whole": 100_000, "tool": 25_000}


def test_without_times_nothing_is_told():
    assert shares_of(SpanTree([make_span(seconds=None)])).in_ms() == {}
