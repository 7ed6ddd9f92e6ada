"""Calls that ran and whose spans did not come are missed; others are not."""

from tests.traces.builders import make_span
from tests.traces.refund_run import call, came
from traces.figures import count_spans
from traces.lost_calls import lost_calls
from traces.spans import Direction, Kind
from traces.trees import SpanTree


def announced(*ids):
    return [call("get_order", "{}", call_id, Direction.OUT) for call_id in ids]


def given(*ids):
    return [came("get_order", "ok", call_id, direction=Direction.IN) for call_id in ids]


def lost(*spans):
    return lost_calls(spans, [span for span in spans if span.kind is Kind.LLM])


def ran(number, call_id):
    return make_span(number, 1, Kind.TOOL, tool="get_order", call_id=call_id)


def test_a_call_that_was_answered_and_has_no_span_is_lost():
    asks = make_span(2, 1, parts=announced("c1", "c2", "c3"))
    goes_on = make_span(5, 1, parts=given("c1", "c2", "c3"))
    assert lost(asks, ran(3, "c1"), goes_on) == ["c2", "c3"]


def test_a_call_that_nobody_answered_need_not_have_run():
    asks = make_span(2, 1, parts=announced("c1", "c2"))
    goes_on = make_span(5, 1, parts=given("c1"))
    assert lost(asks, ran(3, "c1"), goes_on) == []


def test_where_no_tool_is_told_by_a_span_none_is_expected():
    asks = make_span(2, 1, parts=announced("c1"))
    assert lost(asks, make_span(5, 1, parts=given("c1"))) == []


def test_calls_of_earlier_runs_stand_in_the_history_and_are_not_of_this_one():
    old = call("get_order", "{}", "old", Direction.IN)
    goes_on = make_span(5, 1, parts=[old, *given("old"), *announced("c1")])
    assert lost(goes_on, ran(6, "c1")) == []


def test_what_the_provider_ran_itself_has_no_span():
    answer = came("web_search", "found", "s1")
    asks = make_span(2, 1, parts=[*announced("s1", "c1"), answer])
    goes_on = make_span(5, 1, parts=given("s1", "c1"))
    assert lost(asks, ran(3, "c1"), goes_on) == []


def test_a_run_with_lost_calls_is_not_whole():
    asks = make_span(2, 1, parts=announced("c1", "c2"))
    goes_on = make_span(5, 1, start_s=9, parts=given("c1", "c2"))
    root = make_span(1, None, Kind.AGENT, seconds=20)
    figures = count_spans(SpanTree([root, asks, ran(3, "c1"), goes_on]))
    assert (figures.whole, figures.missing) == (False, 1)
