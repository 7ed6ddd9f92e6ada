"""Whatever is sent: reading never fails, and no word of it is lost."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.dialects.spans import raw
from traces.dialects import fingerprints, normalise
from traces.dialects.table import FAMILIES, MEANINGS
from traces.dialects.technical import is_technical
from traces.shapes import decode_segment, encode_segment
from traces.spans import Span

# Attributes that repeat what other spans or attributes say, by the rule that is written
# in docs/dialects.md; and those whose every value is a fact, told as one.
REPEATING = {"pydantic_ai.all_messages", "all_messages_events"}
FACTS = {
    key for key, meaning in MEANINGS.items()
    if meaning.slot in ("synthetic", "oi_kind", "own_kind", "first_chunk_at", "effect")
}  # fmt: skip

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
names = st.sampled_from(
    ["role", "content", "parts", "type", "text", "id", "name", "arguments", "thinking",
     "signature", "tool_calls", "function", "messages", "input", "output", "data",
     "reasoning", "summary", "result", "response", "choices", "kwargs", "lc", "tools"]
) | words  # fmt: skip
kinds = st.sampled_from(
    ["text", "reasoning", "thinking", "tool_call", "tool_use", "tool_result", "message",
     "tool_call_response", "image", "blob", "function_call", "tool-call", "refusal",
     "reasoning.text", "web_search_call", "server_tool_call", "redacted_thinking"]
)  # fmt: skip
scalars = st.none() | st.booleans() | st.integers() | st.floats() | words | kinds
values = st.recursive(
    scalars | st.binary(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4)
    ),
    max_leaves=12,
)
flattened = st.builds(
    lambda prefix, number, rest: f"{prefix}.{number}.{rest}",
    st.sampled_from(sorted(FAMILIES)),
    st.integers(0, 12),
    st.sampled_from(
        ["message.role", "message.content", "message.contents.0.message_content.text",
         "message.contents.0.message_content.type", "message.tool_calls.0.tool_call.id",
         "message.contents.1.tool_call.function.name", "tool.json_schema", "role",
         "content", "name", "document.content", "annotation.name", "annotation.score",
         "tool_calls.0.name", "prompt.text", "embedding.text", "", "x", "message"]
    ),
)  # fmt: skip
keys = st.sampled_from(sorted(MEANINGS)) | flattened | names
attributes = st.dictionaries(
    keys, values | values.map(lambda v: orjson_or_text(v)), max_size=8
)


def orjson_or_text(value):
    """Some of what is sent is JSON in a text."""
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:
        return str(value)


@given(
    told=attributes,
    events=st.lists(
        st.tuples(
            st.sampled_from(
                ["gen_ai.user.message", "gen_ai.choice", "exception", "other",
                 "gen_ai.evaluation.result", "gen_ai.content.prompt",
                 "gen_ai.client.inference.operation.details"]
            ),
            attributes,
        ),
        max_size=2,
    ),
    name=words,
    dropped=st.integers(0, 2),
)  # fmt: skip
@settings(max_examples=150)
def test_reading_never_fails_and_what_is_read_can_be_stored(
    told, events, name, dropped
):
    span = normalise(raw(told, events=events, name=name, dropped_attributes=dropped))
    assert isinstance(span, Span)
    fingerprints(span)
    shape, _ = encode_segment([span])
    (again,) = decode_segment(shape, 1)
    assert (again.kind, again.name, again.finish) == (span.kind, span.name, span.finish)
    assert len(again.parts) == len(span.parts)


def everything(span):
    """All that is told of a span, as one text."""
    parts = [f"{p.text} {p.name} {p.call_id} {p.role}" for p in span.parts]
    judged = [f"{j.name} {j.label} {j.source} {j.comment}" for j in span.judgements]
    facts = [getattr(span, name) for name in _fact_names()]
    return "\n".join([*parts, *judged, *map(str, facts)])


def _fact_names():
    return [name for name in Span.__dataclass_fields__ if name not in ("parts",)]


def is_found(text, all_told):
    """Tell whether a text is among what is told, as it is or as JSON writes it."""
    escaped = orjson.dumps(text).decode()[1:-1]
    twice = orjson.dumps(escaped).decode()[1:-1]
    told = all_told.casefold()
    return any(form.casefold() in told for form in (text, escaped, twice))


# One word that nothing else says, wherever a text may stand.
marked = st.text("abcdefghij", min_size=4, max_size=8).map(lambda s: f"Zz {s} zZ")
shapes = st.recursive(
    marked | kinds,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(names, inner, min_size=1, max_size=4)
    ),
    max_leaves=8,
)


def marks_in(value):
    if isinstance(value, str):
        return {value} if value.startswith("Zz ") else set()
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(marks_in, value)) if isinstance(value, list) else set()


@given(key=keys, value=shapes, as_json=st.booleans())
@settings(max_examples=300)
def test_no_word_of_an_attribute_is_lost(key, value, as_json):
    if is_technical(key) or key in REPEATING:
        return
    sent = orjson.dumps(value).decode() if as_json else value
    span = normalise(raw({key: sent}))
    told = everything(span)
    lost = {mark for mark in marks_in(value) if not is_found(mark, told)}
    if key in FACTS:
        lost = {mark for mark in lost if mark not in told}
    assert not lost


@given(first=keys, second=keys, one=marked, other=marked)
@settings(max_examples=100)
def test_two_attributes_for_one_thing_are_both_told(first, second, one, other):
    told = {first: one, second: other}
    if any(is_technical(key) or key in REPEATING for key in told):
        return
    span = normalise(raw(told))
    assert all(is_found(text, everything(span)) for text in told.values())


def wrapped(opening, closing, times):
    """JSON inside a text inside JSON, deep at each level."""
    value = '"Zz deep zZ"'
    for _ in range(times):
        value = orjson.dumps(opening * 60 + value + closing * 60).decode()
    return orjson.loads(value)


@pytest.mark.parametrize(
    "attributes",
    [
        {"unknown": "[" * 5000 + "]" * 5000},
        {"gen_ai.input.messages": '[{"parts":' * 900 + "[]" + "}]" * 900},
        {"unknown": wrapped("[", "]", 9)},
        {"unknown": wrapped('{"a":', "}", 9)},
        {"signature": {"a": wrapped('{"a":', "}", 7)}},
        {"gen_ai.tool.definitions": wrapped('[{"tools":', "}]", 7)},
        {"llm.input_messages.0." + "a." * 3000 + "b": "Zz deep zZ"},
        {"gen_ai.input.messages": wrapped('[{"role":"user","content":', "}]", 7)},
    ],
)
def test_what_is_nested_to_break_its_reader_is_kept_as_it_came(attributes):
    span = normalise(raw(attributes))
    assert span.parts
    (value,) = attributes.values()
    if isinstance(value, str) and "Zz" in value:
        assert "Zz deep zZ" in everything(span)
