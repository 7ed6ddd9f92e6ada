"""How a run falls into steps: what was heard, thought, said and done, in turn."""

from __future__ import annotations

import time

from tests.traces.builders import make_span, result, span_id, text, thought
from tests.traces.refund_run import call, came, make_refund_run
from traces.merging import merge_copies
from traces.shapes import decode_segment, encode_segment
from traces.spans import Direction, Fidelity, Kind, Part, PartKind, Usage, WordClass
from traces.steps import answer_of, read_by, steps_of
from traces.trees import TraceShape

IN, OUT = Direction.IN, Direction.OUT


def shape_of(spans):
    return TraceShape(merge_copies(decode_segment(encode_segment(spans)[0], 1)))


def steps_in(*spans):
    return steps_of(shape_of(spans))


def tool(number, name="t", call_id="", start_s=1.0, **more):
    return make_span(
        number,
        kind=Kind.TOOL,
        start_s=start_s,
        tool=name,
        call_id=call_id,
        parts=[result(f"result {number}", name, call_id)],
        **more,
    )


def calling(number, *calls, start_s=0.0):
    """A call of a model that calls tools, each by name and id."""
    parts = [call(name, "{}", call_id, OUT) for name, call_id in calls]
    return make_span(number, start_s=start_s, parts=parts)


def ran(step):
    return [act.span.span_id if act.span else None for act in step.acts]


def test_each_call_of_a_model_is_a_step_in_order():
    steps = steps_in(make_span(2, start_s=5), make_span(1, start_s=1))
    assert [(step.number, step.span.span_id) for step in steps] == [
        (1, span_id(1)),
        (2, span_id(2)),
    ]


def test_a_call_that_only_wraps_others_is_none():
    steps = steps_in(make_span(1), make_span(2, 1, start_s=0.1))
    assert [step.span.span_id for step in steps] == [span_id(2)]


# What ran, and what was announced


def test_a_tool_is_matched_by_its_calls_id():
    one, two = calling(1, ("t", "a")), calling(2, ("t", "b"), start_s=1)
    steps = steps_in(one, two, tool(3, call_id="b"), tool(4, call_id="a", start_s=9))
    assert [ran(step) for step in steps] == [[span_id(4)], [span_id(3)]]


def test_without_ids_it_is_matched_by_name_and_time():
    early = tool(5, start_s=0.5)
    one, two = calling(1, ("t", ""), start_s=1), calling(2, ("t", ""), start_s=4)
    steps = steps_in(early, one, two, tool(3, start_s=2), tool(4, start_s=5))
    assert [ran(step) for step in steps] == [[span_id(5)], [span_id(3)], [span_id(4)]]
    assert steps[0].span is None


def test_another_calls_id_is_no_match():
    steps = steps_in(calling(1, ("t", "a")), tool(2, call_id="z"))
    assert ran(steps[0]) == [None, span_id(2)]


def test_one_span_answers_one_call():
    steps = steps_in(calling(1, ("t", "a"), ("t", "a")), tool(2, call_id="a"))
    assert ran(steps[0]) == [span_id(2), None]


def test_what_nobody_announced_belongs_to_the_step_before_it():
    fetched = make_span(3, kind=Kind.RETRIEVAL, start_s=2)
    steps = steps_in(make_span(1), make_span(2, start_s=5), fetched)
    assert [ran(step) for step in steps] == [[span_id(3)], []]


def test_a_result_without_a_span_is_found_where_it_was_read():
    later = make_span(2, start_s=3, parts=[came("t", "42", "a", direction=IN)])
    (first, _) = steps_in(calling(1, ("t", "a")), later)
    assert first.acts[0].span is None
    assert [part.length for part in first.acts[0].results] == [2]


def test_a_failure_is_told_by_the_span_or_by_the_result():
    (step,) = steps_in(calling(1, ("t", "a")), tool(2, call_id="a", failed=True))
    assert step.acts[0].has_failed
    later = make_span(
        2, start_s=3, parts=[came("t", "no", "a", direction=IN, failed=True)]
    )
    assert steps_in(calling(1, ("t", "a")), later)[0].acts[0].has_failed


def test_ten_thousand_calls_are_matched_at_once():
    """Once it took a look at every span for every call."""
    spans = []
    for number in range(1, 10_001, 2):
        has_id = number % 4 == 1
        call_id = f"c{number}" if has_id else ""
        spans.append(calling(number, ("t", call_id), start_s=number))
        spans.append(tool(number + 1, "t", call_id, start_s=number + 1))
    shape = shape_of(spans)
    begun = time.process_time()
    steps = steps_of(shape)
    answer_of(shape, steps)
    assert time.process_time() - begun < 5
    assert all(ran(step) == [span_id(2 * n)] for n, step in enumerate(steps, start=1))


# What it heard


def heard(step):
    return [part.message for part in step.heard]


def told(count, *more, start_s=0.0, number=1):
    """A call that is given a history of messages, and answers."""
    roles = ["user", "assistant"]
    history = [text(f"{n}", IN, roles[n % 2], message=n) for n in range(count)]
    return make_span(number, start_s=start_s, parts=[*history, *more, text("Answer.")])


def test_of_a_history_only_the_new_is_heard():
    steps = steps_in(told(1), told(3, start_s=2, number=2))
    assert [heard(step) for step in steps] == [[0], [2]]


def test_after_a_history_was_cut_all_that_is_left_is_heard():
    steps = steps_in(told(5), told(1, start_s=2, number=2))
    assert [heard(step) for step in steps] == [[0, 2, 4], [0]]


def test_each_agent_hears_for_itself():
    steps = steps_in(
        make_span(8, kind=Kind.AGENT, seconds=9),
        make_span(9, 8, kind=Kind.AGENT, start_s=1, seconds=3),
        make_span(1, 8, start_s=0.5, parts=[text("a", IN, "user"), text("b")]),
        make_span(2, 9, start_s=2, parts=[text("c", IN, "user"), text("d")]),
    )
    assert [heard(step) for step in steps] == [[0], [0]]


# What it thought


def test_missing_reasoning_has_a_label_too():
    def label(**usage):
        (step,) = steps_in(make_span(1, usage=Usage(**usage), parts=[text("Hi.")]))
        return step.fidelity, step.has_reasoning

    assert label(reasoning=90) == (Fidelity.STRIPPED, False)
    assert label(reasoning=0) == (Fidelity.NONE, False)
    assert label() == (Fidelity.UNKNOWN, False)


def test_what_it_went_by_is_drawn_in_its_place_only():
    question = text("Why?", IN, "user")
    silent, open_ = (
        steps_in(make_span(1, parts=[question, text("So."), *more]))[0]
        for more in ([], [thought("Hm.", fidelity=Fidelity.RAW)])
    )
    assert len(list(silent.parts)) == 3  # heard, said, and heard once more
    assert len(list(open_.parts)) == 3  # heard, thought, said


def test_a_sealed_thought_is_none_to_read():
    sealed = Part(
        PartKind.OPAQUE, WordClass.OPAQUE, text="x", fidelity=Fidelity.ENCRYPTED
    )
    (step,) = steps_in(make_span(1, parts=[sealed]))
    assert (step.fidelity, step.has_reasoning) == (Fidelity.ENCRYPTED, False)


# What it answered


def test_the_answer_is_the_last_word_of_the_run_itself():
    spans = [
        make_span(8, kind=Kind.AGENT, seconds=9),
        make_span(1, 8, start_s=1, parts=[text("Mine.")]),
        make_span(9, 8, kind=Kind.AGENT, start_s=3, seconds=3),
        make_span(2, 9, start_s=4, parts=[text("Of another.")]),
    ]
    shape = shape_of(spans)
    answer = answer_of(shape, steps_of(shape))
    assert answer.step.span.span_id == span_id(1)
    assert not answer.went_on


def test_what_came_after_the_last_word_is_told():
    spans = [
        make_span(1, parts=[text("I will."), call("t", "{}", "a", OUT)]),
        make_span(2, start_s=3),
    ]
    shape = shape_of(spans)
    assert answer_of(shape, steps_of(shape)).went_on


def test_without_a_model_the_root_speaks():
    spans = [make_span(1, kind=Kind.AGENT, parts=[text("Q", IN, "user"), text("A")])]
    shape = shape_of(spans)
    answer = answer_of(shape, steps_of(shape))
    assert (answer.step, len(answer.said), len(answer.asked)) == (None, 1, 1)


def test_it_rests_on_what_was_known_then():
    shape = shape_of(make_refund_run())
    steps = steps_of(shape)
    known = [act.name for act in read_by(answer_of(shape, steps), steps)]
    assert known == ["get_order", "refund"]


def test_an_empty_run_has_neither():
    shape = shape_of([make_span(1, kind=Kind.TOOL)])
    steps = steps_of(shape)
    assert [step.number for step in steps] == [0]
    assert answer_of(shape, steps).said == []
