"""Spans are stored once, whatever comes twice, late or after the key is gone."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from django.utils import timezone

from reviewapp.core.digests import arguments_digest, call_digest
from reviewapp.core.words import WordsGone, destroy_keys
from tests.builders import make_system
from tests.traces.builders import make_run, make_span, result, sent, text
from traces.models import State, ToolCall, Trace, Words
from traces.selectors import reading
from traces.selectors.reading import place_of, read_shape, read_words
from traces.services.calls import digest_of
from traces.services.settling import settle_trace, settle_traces
from traces.services.storing import Source, prepare_spans, write_prepared
from traces.shapes import LONG_TEXT
from traces.spans import Kind, WordClass
from traces.tiers import Clarity

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def store(*batches, system=None, ago=timedelta(seconds=10)):
    """Store batches of spans one after the other, as the digest does."""
    system = system or make_system()
    first = Trace.objects.count() + 1
    for number, spans in enumerate(batches, 100 * first):
        source = Source(system.pk, system.environment, number, timezone.now() - ago)
        prepared = prepare_spans(spans, source)
        with transaction.atomic():
            write_prepared(prepared)
    return Trace.objects.get(system=system)


def read_all(trace, clarity):
    shape = read_shape(trace)
    parts = [part for span in shape.spans for part in span.parts]
    texts = read_words(trace, shape, parts, lambda _: clarity)
    return [texts.get(place_of(part)) for part in parts]


def test_a_run_in_one_batch_is_counted_at_once():
    trace = store(make_run())
    assert (trace.spans, trace.llm_calls, trace.tool_calls) == (4, 2, 1)
    assert (trace.input_tokens, trace.stop_class) == (1200, "completed")
    assert trace.dirty_since is None
    assert trace.state_at(trace.quiet_at) is State.COMPLETE
    assert trace.state_at(trace.quiet_at - timedelta(seconds=1)) is State.OPEN


def test_words_come_back_in_clear_and_masked():
    trace = store(make_run())
    assert read_all(trace, Clarity.CLEAR)[:2] == [
        "Where is my order? mara@example.com",
        "The customer mara@example.com wants the order.",
    ]
    assert read_all(trace, Clarity.MASKED)[:2] == [
        "Where is my order? [EMAIL-1]",
        "The customer [EMAIL-1] wants the order.",
    ]
    assert set(read_all(trace, Clarity.NONE)) == {None}


def test_tokens_follow_the_order_of_the_run_and_not_of_the_batches():
    early = make_span(1, parts=[text("a@example.com")])
    late = make_span(2, start_s=5, parts=[text("b@example.com, a@example.com")])
    for order in ([[early], [late]], [[late], [early]]):
        trace = store(*order, system=make_system())
        assert read_all(trace, Clarity.MASKED) == ["[EMAIL-1]", "[EMAIL-2], [EMAIL-1]"]


def test_a_later_batch_is_counted_by_the_sweep():
    run = make_run()
    trace = store(run[1:], run[:1])
    assert (trace.spans, trace.arrivals) == (3, 2)
    assert trace.dirty_since is not None
    assert settle_traces() == 1
    trace.refresh_from_db()
    assert (trace.spans, trace.whole, trace.dirty_since) == (4, True, None)
    assert trace.revision == 2
    assert settle_traces() == 0


def test_a_clock_that_runs_ahead_begins_nothing_after_it_came():
    ahead = make_span(1, None, Kind.AGENT, start_s=7e9, seconds=2)
    trace = store([ahead], [make_span(2, 1, start_s=7e9)])
    for settle in (lambda: 0, settle_traces):
        settle()
        trace.refresh_from_db()
        assert trace.started_at == trace.first_seen_at
        assert trace.ended_at - trace.started_at == timedelta(seconds=2)


@pytest.mark.parametrize(
    ("costs", "sum_"),
    [
        ([0.5, 0.25], 0.75),
        ([-1e9, 0.5], 0.5),
        ([1e300, 0.5], 10_000_000),
        ([float("inf"), float("nan"), 0.5], 0.5),
        ([float("nan")], None),
    ],
)
def test_only_costs_that_can_be_are_counted(costs, sum_):
    trace = store([make_span(n, cost_usd=cost) for n, cost in enumerate(costs, 1)])
    assert trace.cost_usd == sum_


def test_what_comes_twice_is_there_once():
    run = make_run()
    trace = store(run, run)
    settle_traces()
    trace.refresh_from_db()
    assert (trace.spans, trace.input_tokens, trace.replays) == (4, 1200, 0)
    assert ToolCall.objects.count() == 1


def test_a_trace_is_found_by_references_that_came_later():
    run = make_run()
    trace = store(run[1:], run[:1])
    assert list(Trace.objects.of_conversation("conversation 7")) == [trace]
    assert list(Trace.objects.of_subject(" MARA@example.com ")) == [trace]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whom_a_run_is_about_does_not_hang_on_the_order_of_its_batches(order):
    told = [
        make_span(1, start_s=5, subject="late@example.com"),
        make_span(2, start_s=1, subject="mara@example.com"),
        make_span(3, start_s=3, conversation="conversation 7"),
    ]
    trace = store(*([told[place]] for place in order))
    assert list(Trace.objects.of_subject("mara@example.com")) == [trace]
    assert list(Trace.objects.of_conversation("conversation 7")) == [trace]
    assert not Trace.objects.of_subject("late@example.com").exists()


def test_whom_retention_let_go_no_late_batch_brings_back():
    late = make_span(9, start_s=0.5, subject="other@example.com")
    system = make_system()
    trace = store(make_run(), system=system)
    Trace.objects.update(references_sealed=None)
    store([late], system=system)
    trace.refresh_from_db()
    assert trace.references_sealed is None
    assert list(Trace.objects.of_subject("mara@example.com")) == [trace]


def test_of_a_run_that_is_too_long_the_first_spans_are_read(monkeypatch):
    monkeypatch.setattr(reading, "MOST_SPANS", 4)
    root, *steps = make_run()
    trace = store([root, steps[0]], steps[1:], [make_span(8), make_span(9)])
    settle_trace(trace.pk)
    trace.refresh_from_db()
    shape = read_shape(trace)
    assert (len(shape.spans), shape.unread) == (4, 2)
    assert (trace.spans, trace.whole) == (6, False)


def test_a_long_run_is_counted_less_often():
    trace = store(make_run(), [make_span(9)], ago=timedelta(seconds=10))
    Trace.objects.update(spans=90_000)
    assert settle_traces() == 0
    Trace.objects.update(spans=10_000)
    assert settle_traces() == 1
    trace.refresh_from_db()
    assert trace.spans == 5


def test_a_call_that_came_twice_in_its_first_batch_is_told_by_its_fuller_copy():
    run = make_run()
    call = next(span for span in run if span.kind is Kind.TOOL)
    begun = replace(call, end_ns=0, fields=1, parts=[], failed=False)
    trace = store([*run, begun])
    assert settle_traces() == 1
    row = ToolCall.objects.get(trace=trace)
    assert row.duration_ms is not None
    assert row.arguments_digest


def test_a_tool_call_can_be_joined_with_its_request():
    trace = store(make_run())
    call = trace.calls_of_tools.get()
    digest = arguments_digest("get_order", {"order_id": 7})
    assert bytes(call.arguments_digest) == bytes.fromhex(call_digest(digest))[:16]
    assert bytes(call.arguments_digest) != bytes.fromhex(digest)[:16]
    assert (call.tool, call.duration_ms, call.failed) == ("get_order", 2000, False)


def test_arguments_too_deep_to_be_walked_have_no_digest():
    assert digest_of("get_order", "[" * 1000 + "]" * 1000) == b""
    assert digest_of("get_order", "[" * 60 + "]" * 60)


def test_what_tells_words_apart_in_a_shape_is_keyed_by_their_trace():
    said = [make_span(parts=[text("Yes."), text("x" * LONG_TEXT)])]
    one, other = (store(said, system=make_system()) for _ in range(2))
    assert read_shape(one).spans[0].answer != read_shape(other).spans[0].answer
    told = [[part.same for part in read_shape(t).spans[0].parts] for t in (one, other)]
    assert told[0][1]
    assert told[0][1] != told[1][1]


def test_a_shape_without_a_key_tells_nothing_of_words():
    run = [make_span(1, parts=[text("Yes.")])]
    trace = store([make_span(2)])
    destroy_keys([trace.pk], timezone.now())
    store(run, system=trace.system)
    assert not any(span.answer for span in read_shape(trace).spans)


def test_a_tool_span_told_in_two_goes_is_one_whole_call():
    opened = make_span(3, 1, Kind.TOOL, seconds=None, tool="get_order")
    ended = make_span(
        3,
        1,
        Kind.TOOL,
        tool="get_order",
        failed=True,
        fields=9,
        parts=[sent('{"order_id": 8}'), result("no such order")],
    )
    trace = store([opened], [ended])
    settle_traces()
    call = trace.calls_of_tools.get()
    assert (call.duration_ms, call.failed) == (1000, True)
    assert call.arguments_digest


def test_after_the_key_is_gone_the_shape_stays_and_no_words_are_added():
    run = make_run()
    trace = store(run[:2])
    destroy_keys([trace.pk], timezone.now())
    before = Words.objects.count()
    store(run[2:], system=trace.system)
    settle_traces()
    trace.refresh_from_db()
    assert trace.spans == 4
    assert Words.objects.count() == before
    with pytest.raises(WordsGone):
        read_all(trace, Clarity.CLEAR)


def test_two_systems_may_have_the_same_trace_id():
    store(make_run())
    store(make_run(), system=make_system())
    assert Trace.objects.count() == 2


def test_a_class_that_retention_took_is_absent():
    trace = store(make_run())
    Words.objects.filter(words=WordClass.REASONING).delete()
    told = read_all(trace, Clarity.CLEAR)
    assert told[1] is None
    assert told[0]


def test_reading_a_trace_costs_the_same_however_many_spans(django_assert_num_queries):
    trace = store([make_span(n, parts=[text(f"said {n}")]) for n in range(1, 60)])
    with django_assert_num_queries(1):
        shape = read_shape(trace)
    parts = [part for span in shape.spans for part in span.parts]
    with django_assert_num_queries(1):
        read_words(trace, shape, parts, lambda _: Clarity.CLEAR)
