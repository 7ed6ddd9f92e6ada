"""Calls that lead back to themselves are told from calls told twice."""

from tests.traces.builders import make_span
from traces.merging import merge_copies
from traces.recursion import cycles_of, rounds_of
from traces.shapes import decode_segment, encode_segment
from traces.spans import Kind
from traces.trees import TraceShape


def tree(*calls):
    """A trace of calls, each `(number, parent, what)`, `what` e.g. "tool:search"."""
    spans = [
        make_span(number, parent, kind, start_s=number, **{name: called})
        for number, parent, what in calls
        for kind, name, called in [_read(what)]
    ]
    return TraceShape(merge_copies(decode_segment(encode_segment(spans)[0], 1)))


def _read(what):
    kind, _, called = what.partition(":")
    named = "tool" if kind == "tool" else "agent" if kind == "agent" else "name"
    return Kind(kind), named, called


def rounds(*calls):
    return {
        int(span_id, 16): (one.number, one.way)
        for span_id, one in rounds_of(tree(*calls)).items()
    }


def test_a_tool_that_comes_back_by_another_is_a_round():
    found = rounds(
        (1, None, "agent:travel"),
        (2, 1, "tool:plan"),
        (3, 2, "tool:hotels"),
        (4, 3, "tool:plan"),
        (5, 4, "tool:hotels"),
        (6, 5, "tool:plan"),
    )
    assert found == {
        4: (2, ("plan", "hotels", "plan")),
        5: (2, ("hotels", "plan", "hotels")),
        6: (3, ("plan", "hotels", "plan")),
    }


def test_the_same_tool_twice_side_by_side_is_none():
    found = rounds((1, None, "agent:a"), (2, 1, "tool:get"), (3, 1, "tool:get"))
    assert found == {}


def test_a_call_told_by_both_of_its_ends_is_one():
    found = rounds(
        (1, None, "agent:a"),
        (2, 1, "tool:get"),
        (3, 2, "tool:get"),
        (4, 3, "agent:b"),
        (5, 4, "tool:get"),
        (6, 5, "tool:get"),
    )
    assert found == {5: (2, ("get", "b", "get"))}


def test_what_stands_between_and_calls_nothing_is_no_way():
    found = rounds((1, None, "tool:get"), (2, 1, "llm:chat"), (3, 2, "tool:get"))
    assert found == {}


def test_two_calls_that_name_themselves_are_a_round_with_nothing_between():
    spans = [
        make_span(1, None, Kind.TOOL, tool="get", call_id="c1"),
        make_span(2, 1, Kind.TOOL, start_s=1, tool="get", call_id="c2"),
    ]
    shape = TraceShape(merge_copies(decode_segment(encode_segment(spans)[0], 1)))
    assert [one.number for one in rounds_of(shape).values()] == [2]


def test_ways_round_are_told_once_with_how_often_they_were_gone():
    calls = [(1, None, "tool:plan")]
    for number in range(2, 10):
        calls.append((number, number - 1, "tool:plan" if number % 2 else "tool:find"))
    (one,) = cycles_of(rounds_of(tree(*calls)))
    assert (one.way, one.rounds, one.calls) == (("plan", "find", "plan"), 5, 4)


def test_a_long_way_is_cut_in_its_middle():
    names = "abcdefgh"
    calls = [(n, n - 1 or None, f"tool:{name}") for n, name in enumerate(names, 1)]
    (found,) = rounds(*calls, (9, 8, "tool:a")).values()
    assert found == (2, ("a", "b", "c", "d", "…", "h", "a"))


def test_a_ring_of_parents_ends():
    assert rounds((1, 2, "tool:a"), (2, 1, "tool:b")) == {}
