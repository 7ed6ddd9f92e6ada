"""The label of a piece of reasoning, line by line of the table."""

import pytest

from tests.traces.dialects.spans import read
from traces.fidelity import CUTS, MARKERS, Evidence, Source, family_label, label
from traces.spans import Direction, Fidelity, PartKind

LONG = "thought " * 50  # 400 signs, so about 100 tokens


@pytest.mark.parametrize("marker", sorted(MARKERS))
@pytest.mark.parametrize("source", list(Source))
def test_a_marker_was_masked_by_the_source_whatever_else_is_known(marker, source):
    known = Evidence(tokens=50, opaque=True, dropped=3, model="claude-4")
    assert label(marker, source, known) is Fidelity.MASKED_BY_SOURCE
    assert label(f" {marker.upper()}\n", source, known) is Fidelity.MASKED_BY_SOURCE


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize("text", [LONG, ""])
def test_a_span_that_dropped_attributes_has_truncated_reasoning(source, text):
    known = Evidence(dropped=1, model="deepseek-r1")
    assert label(text, source, known) is Fidelity.TRUNCATED


@pytest.mark.parametrize("length", sorted(CUTS))
def test_text_that_ends_where_stores_cut_is_truncated(length):
    known = Evidence(model="deepseek-r1")
    assert label("x" * length, Source.RAW, known) is Fidelity.TRUNCATED
    assert label("x" * (length + 1), Source.RAW, known) is Fidelity.RAW


def test_messages_that_do_not_close_are_truncated():
    assert label(LONG, Source.CUT, Evidence()) is Fidelity.TRUNCATED


@pytest.mark.parametrize(
    ("source", "known", "expected"),
    [
        (Source.REDACTED, Evidence(tokens=9, opaque=True), Fidelity.PROVIDER_REDACTED),
        (Source.ENCRYPTED, Evidence(tokens=9, opaque=True), Fidelity.ENCRYPTED),
        (Source.ANTHROPIC, Evidence(tokens=9, opaque=True), Fidelity.OMITTED),
        (Source.THOUGHT, Evidence(opaque=True), Fidelity.OMITTED),
        (Source.GENERIC, Evidence(opaque=True), Fidelity.OMITTED),
        (Source.GENERIC, Evidence(tokens=9), Fidelity.STRIPPED),
        (Source.GENERIC, Evidence(tokens=0), Fidelity.NONE),
        (Source.GENERIC, Evidence(tokens=None), Fidelity.UNKNOWN),
    ],
)
def test_what_is_not_shown_is_told_by_what_stands_beside_it(source, known, expected):
    assert label("", source, known) is expected


@pytest.mark.parametrize(
    ("source", "known", "expected"),
    [
        (Source.SUMMARY, Evidence(), Fidelity.SUMMARY),
        (Source.SUMMARY, Evidence(model="deepseek-r1"), Fidelity.SUMMARY),
        (Source.THOUGHT, Evidence(), Fidelity.SUMMARY),
        (Source.ANTHROPIC, Evidence(model="claude-sonnet-4-5"), Fidelity.SUMMARY),
        (Source.ANTHROPIC, Evidence(model="claude-3-7-sonnet"), Fidelity.RAW),
        (
            Source.ANTHROPIC,
            Evidence(model="claude-3-7-sonnet", display="summarized"),
            Fidelity.SUMMARY,
        ),
        (Source.ANTHROPIC, Evidence(), Fidelity.UNKNOWN),
        (Source.ANTHROPIC, Evidence(tokens=151, visible=400), Fidelity.SUMMARY),
        (Source.ANTHROPIC, Evidence(tokens=150, visible=400), Fidelity.UNKNOWN),
        (Source.ANTHROPIC, Evidence(tokens=151, visible=800), Fidelity.UNKNOWN),
        (Source.GENERIC, Evidence(model="gpt-5-2025-08-07"), Fidelity.SUMMARY),
        (Source.GENERIC, Evidence(model="gemini-3-pro"), Fidelity.SUMMARY),
        (Source.GENERIC, Evidence(model="deepseek-reasoner"), Fidelity.RAW),
        (Source.GENERIC, Evidence(model="a-model-of-our-own"), Fidelity.UNKNOWN),
        (Source.RAW, Evidence(), Fidelity.RAW),
        (Source.RAW, Evidence(tokens=9_000), Fidelity.RAW),
        (Source.RAW, Evidence(model="claude-opus-4"), Fidelity.SUMMARY),
        (Source.INLINE, Evidence(), Fidelity.RAW),
        (Source.INLINE, Evidence(tokens=9_000, model="gpt-5"), Fidelity.RAW),
        (Source.RAW, Evidence(model="gpt-oss-120b"), Fidelity.RAW),
        (Source.ENCRYPTED, Evidence(model="gpt-5"), Fidelity.UNKNOWN),
    ],
)
def test_text_is_a_summary_raw_or_unknown(source, known, expected):
    assert label(LONG, source, known) is expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("claude-3-7-sonnet-20250219", Fidelity.RAW),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", Fidelity.RAW),
        ("anthropic/claude-sonnet-4.5", Fidelity.SUMMARY),
        ("openai/o3", Fidelity.SUMMARY),
        ("o4-mini-2025-04-16", Fidelity.SUMMARY),
        ("openai/gpt-oss-20b", Fidelity.RAW),
        ("Qwen/QwQ-32B", Fidelity.RAW),
        ("gpt-4o", None),
        ("foo3", None),
        ("", None),
    ],
)
def test_a_family_is_known_by_the_models_name(model, expected):
    assert family_label(model) is expected


def reasoning_of(span):
    return [
        (part.fidelity, part.text)
        for part in span.parts
        if part.kind is PartKind.REASONING and part.direction is Direction.OUT
    ]


CALL = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-5"}
TEXT = '[{"role":"assistant","parts":[{"type":"text","content":"Yes."}]}]'


def test_tokens_without_text_leave_an_empty_part_before_the_answer():
    span = read(
        {
            **CALL,
            "gen_ai.output.messages": TEXT,
            "gen_ai.usage.reasoning.output_tokens": 400,
        }
    )
    assert reasoning_of(span) == [(Fidelity.STRIPPED, "")]
    assert [part.kind for part in span.parts] == [PartKind.REASONING, PartKind.TEXT]


def test_no_tokens_and_no_text_leave_no_part():
    span = read({**CALL, "gen_ai.output.messages": TEXT})
    assert reasoning_of(span) == []


def test_reasoning_of_earlier_turns_is_not_measured_by_this_turns_tokens():
    earlier = '[{"role":"assistant","parts":[{"type":"reasoning","content":"Hm."}]}]'
    span = read(
        {
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": "a-model-of-our-own",
            "gen_ai.input.messages": earlier,
            "gen_ai.usage.reasoning_tokens": 900,
        }
    )
    labels = [part.fidelity for part in span.parts if part.text == "Hm."]
    assert labels == [Fidelity.UNKNOWN]


def test_a_span_that_dropped_attributes_says_so_of_its_reasoning():
    told = '[{"role":"assistant","parts":[{"type":"reasoning","content":"Hm."}]}]'
    span = read({**CALL, "gen_ai.output.messages": told}, dropped_attributes=4)
    assert reasoning_of(span) == [(Fidelity.TRUNCATED, "Hm.")]
    assert span.dropped == 4


def test_messages_cut_in_the_middle_are_kept_as_reasoning_if_they_may_be():
    cut = '[{"role":"assistant","parts":[{"type":"reasoning","content":"First I'
    span = read({**CALL, "gen_ai.output.messages": cut})
    (part,) = span.parts
    assert (part.words.value, part.fidelity, part.text) == (
        "reasoning",
        Fidelity.TRUNCATED,
        cut,
    )
