"""What a span says is bounded before it is stored, and read in time like its size."""

import time

import pytest

from tests.traces.dialects.spans import read
from traces.providers.part_list import MOST_PARTS
from traces.shapes import encode_segment
from traces.spans import Direction, PartKind, WordClass


def seconds_to(work):
    """Of the processor: other work on the machine does not count."""
    started = time.process_time()
    work()
    return time.process_time() - started


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gen_ai.response.time_to_first_chunk", 1.75e12),
        ("gen_ai.response.time_to_first_chunk", 9.3e9),
        ("ai.response.msToFirstChunk", 1e17),
        ("langfuse.observation.completion_start_time", "9999-12-31T23:59:59Z"),
        ("langfuse.observation.completion_start_time", "1960-01-01T00:00:00Z"),
        ("langfuse.observation.completion_start_time", 2**70),
        ("langfuse.observation.completion_start_time", -1),
    ],
)
def test_a_moment_out_of_all_time_is_kept_as_words(key, value):
    span = read({key: value})
    assert span.first_chunk_ns is None
    encode_segment([span])
    assert span.parts[0].text.startswith("first_chunk_")


def test_a_moment_within_time_is_a_fact():
    span = read({"gen_ai.response.time_to_first_chunk": 0.5})
    assert (span.first_chunk_ns, span.parts) == (1_500_000_000, [])


@pytest.mark.parametrize(
    "value",
    [
        "[" + "1," * 500_000 + "1]",
        '[{"role":"user","content":[' + '"a",' * 500_000 + '"b"]}]',
        "[" + '{"role":"user","content":"a"},' * 50_000 + "1]",
    ],
    ids=["numbers", "contents", "messages"],
)
def test_of_a_span_with_too_many_parts_the_rest_is_one_part(value):
    told = []
    assert seconds_to(lambda: told.append(read({"gen_ai.input.messages": value}))) < 10
    *first, rest = told[0].parts
    assert len(first) <= MOST_PARTS
    assert (rest.kind, rest.words) == (PartKind.OTHER, WordClass.REASONING)
    assert len(rest.text) > len(value) * 0.8


def test_what_is_over_is_kept_as_it_came_in_its_strictest_class():
    parts = [{"type": "text", "content": f"t{n}"} for n in range(MOST_PARTS - 1)]
    thought = {"type": "reasoning", "content": "because"}
    message = {"role": "assistant", "parts": [*parts, thought]}
    span = read(
        {"gen_ai.output.messages": [message], "shop.note": "n", "shop.thinking": "hm"}
    )
    *_, last, rest = span.parts
    assert (last.kind, last.text) == (PartKind.REASONING, "because")
    assert (rest.kind, rest.words) == (PartKind.OTHER, WordClass.REASONING)
    assert rest.text == "shop.note=n\nshop.thinking=hm"
    assert rest.direction is Direction.IN


@pytest.mark.parametrize(
    "text",
    ["'" + "reasoning" * 100_000, "'" * 500_000 + "thinking", '{"thinking' * 80_000],
    ids=["one name", "quotes", "json"],
)
def test_looking_for_names_in_a_text_takes_time_like_its_size(text):
    assert seconds_to(lambda: read({"note": text})) < 2


@pytest.mark.parametrize("name", ["reasoning", "my_thinking", "é_thoughts_é"])
def test_a_name_in_quotes_is_found_beside_any_letters(name):
    (part,) = read({"note": f'cut off: "{name}" : "because'}).parts
    assert part.words is WordClass.REASONING
