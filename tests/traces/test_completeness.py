"""Which fields of a flight recorder a run brought."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.builders import make_run, make_span, result, sent, text, thought
from traces.completeness import Completeness, Field, completeness_of
from traces.fidelity import CUTS
from traces.merging import merge_copies
from traces.shapes import decode_segment, encode_segment
from traces.spans import Direction, Kind, Span, Usage
from traces.trees import TraceShape


def score(spans: list[Span]) -> Completeness:
    """As it is stored; told of the spans as they came, it must be the same."""
    stored, _ = encode_segment(spans)
    shape = TraceShape(merge_copies(decode_segment(stored, 1)))
    told = completeness_of(shape.spans, shape.leaves(Kind.LLM))
    calls = [span for span in spans if span.kind is Kind.LLM]
    assert completeness_of(spans, calls) == told
    return told


def whole_run() -> list[Span]:
    root, asks, runs, answers = make_run()
    told = {
        "prompt": "5d41402a",
        "parameters": {"temperature": 1},
        "tools": {"get_order": "7d793037"},
    }
    call = replace(sent('{"order_id": 7}'), direction=Direction.OUT)
    asks = replace(asks, **told, parts=[thought("Which order?"), call])
    return [replace(root, release="4.2"), asks, runs, replace(answers, **told)]


def missing(spans: list[Span]) -> dict[Field, tuple[int, int]]:
    return {share.field: (share.told, share.of) for share in score(spans).missing}


def test_a_run_with_every_field_is_whole():
    told = score(whole_run())
    assert [share.field for share in told.shares] == list(Field)
    assert told.missing == []
    assert told.percent == 100


@pytest.mark.parametrize(
    ("number", "change", "lacks"),
    [
        (0, {"release": ""}, {Field.VERSION: (0, 1)}),
        (1, {"model": "", "model_asked": "sonnet"}, {Field.MODEL: (1, 2)}),
        (1, {"prompt": ""}, {Field.PROMPT: (1, 2)}),
        (3, {"parameters": {}}, {Field.PARAMETERS: (1, 2)}),
        (3, {"finish": ()}, {Field.STOP_REASON: (1, 2)}),
        (3, {"usage": Usage(input=7)}, {Field.USAGE: (1, 2)}),
        (2, {"parts": [result("done")]}, {Field.ARGUMENTS: (0, 1)}),
        (2, {"parts": [sent("{}")]}, {Field.RESULTS: (0, 1)}),
        (2, {"parts": [sent("{}"), result("x" * min(CUTS))]}, {Field.RESULTS: (0, 1)}),
        (2, {"end_ns": 0}, {Field.EVIDENCE_TIMES: (0, 1)}),
    ],
)
def test_what_is_missing_is_named_with_how_often(number, change, lacks):
    spans = whole_run()
    spans[number] = replace(spans[number], **change)
    assert missing(spans) == lacks
    assert (score(spans).percent or 0) < 100


def test_a_tool_that_no_model_was_shown_lacks_its_schema():
    spans = whole_run()
    for number in (1, 3):
        spans[number] = replace(spans[number], tools={"another": "7d793037"})
    assert missing(spans) == {Field.TOOL_SCHEMA: (0, 1)}


def test_a_result_without_a_span_has_no_time():
    spans = whole_run()
    del spans[2]
    assert missing(spans) == {Field.EVIDENCE_TIMES: (0, 1)}


def test_a_call_that_nothing_came_of_need_not_have_run():
    spans = whole_run()
    del spans[2]
    spans[2] = replace(spans[2], parts=[text("I could not look it up.")])
    fields = {share.field for share in score(spans).shares}
    assert Field.RESULTS not in fields
    assert Field.EVIDENCE_TIMES not in fields


def test_spans_without_ids_are_taken_for_what_was_announced():
    spans = whole_run()
    spans[2] = replace(spans[2], call_id="")
    assert missing(spans) == {}


def test_a_run_without_tools_lacks_none_of_theirs():
    told = score([make_span(parts=[text("Good morning.")])])
    assert {share.field for share in told.shares} == {
        Field.MODEL,
        Field.PROMPT,
        Field.PARAMETERS,
        Field.STOP_REASON,
        Field.USAGE,
        Field.VERSION,
    }
    assert told.percent == 0


def test_no_spans_have_no_score():
    assert completeness_of([], []).percent is None


@given(st.lists(st.sampled_from(range(4)), unique=True, min_size=1))
def test_the_score_is_a_share(kept):
    told = score([whole_run()[number] for number in sorted(kept)])
    assert 0 <= (told.percent or 0) <= 100
    assert (told.percent == 100) is not told.missing or not told.missing


def test_every_field_has_its_words():
    assert all(field.words and field.meaning for field in Field)
