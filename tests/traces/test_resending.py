"""The text that came back most is found, across batches, without a word of it."""

import zstandard

from tests.traces.builders import make_span, text
from tests.traces.refund_run import call, came
from traces.merging import merge_copies
from traces.resending import largest_resent
from traces.shapes import LONG_TEXT, decode_segment, encode_segment
from traces.spans import Direction, Kind, Part, PartKind, WordClass
from traces.trees import TraceShape

LONG = "x" * LONG_TEXT
PROMPT = Part(
    PartKind.INSTRUCTIONS, WordClass.DIALOGUE, Direction.IN, text="p" * 2 * LONG_TEXT
)


def given(words, **more):
    return text(words, Direction.IN, "user", **more)


def resent(*batches):
    """The largest text sent again in calls that came in these batches."""
    copies = []
    for number, batch in enumerate(batches):
        shape, _ = encode_segment(batch, lambda words: f"{len(words)}{words[:1]}")
        copies += decode_segment(shape, number)
    return largest_resent(TraceShape(merge_copies(copies)).leaves(Kind.LLM))


def test_a_long_result_is_known_again_in_another_batch():
    # Histories tell a result by the id of its call alone.
    asked = call("fetch_page", "{}", "c1", Direction.OUT)
    result = came("", LONG, "c1", direction=Direction.IN)
    first = make_span(1, parts=[given("Look it up."), result, asked])
    second = make_span(2, start_s=5, parts=[given("Look it up."), result])
    third = make_span(3, start_s=9, parts=[result, given("And again?")])
    found = resent([first], [second], [third])
    assert (found.name, found.part.length) == ("fetch_page", LONG_TEXT)
    assert (found.times, found.calls, found.first.span_id) == (3, 3, first.span_id)
    assert found.percent == round(100 * 3 * LONG_TEXT / (3 * LONG_TEXT + 2 * 11 + 10))


def test_what_takes_the_most_room_counts_and_not_what_comes_most_often():
    long, short = given("x" * 5 * LONG_TEXT), given("y" * LONG_TEXT)
    calls = [
        make_span(n, start_s=n, parts=[short, *([long] if n < 3 else [])])
        for n in range(1, 6)
    ]
    assert resent(calls).part.length == 5 * LONG_TEXT


def test_instructions_are_meant_to_come_with_every_call():
    calls = [make_span(n, start_s=n, parts=[PROMPT, given(f"{n}")]) for n in (1, 2)]
    assert resent(calls) is None


def test_a_text_twice_in_one_call_was_not_sent_again():
    assert resent([make_span(1, parts=[given(LONG), given(LONG)])]) is None


def test_short_texts_come_with_every_call_and_weigh_nothing():
    calls = [make_span(n, start_s=n, parts=[given("Hello?")]) for n in (1, 2, 3)]
    assert resent(calls) is None


def test_a_run_without_calls_resent_nothing():
    assert resent([make_span(1, None, Kind.AGENT)]) is None


def test_the_shape_holds_a_digest_and_no_word():
    shape, _ = encode_segment([make_span(parts=[given(LONG)])], lambda _: "d1g357")
    stored = zstandard.decompress(shape)
    assert b"d1g357" in stored
    assert b"xxx" not in stored
