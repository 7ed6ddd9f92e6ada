"""What a segment holds comes back as it went in, and its shape holds no word."""

import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tests.traces.builders import fingerprint, make_run, make_span, text, thought
from traces.shapes import decode_segment, encode_segment, pack_texts, unpack_texts
from traces.spans import Fidelity, Kind, SpanFacts, SpanShape, Usage, WordClass


def facts_of(span):
    return {name: getattr(span, name) for name in SpanFacts.__dataclass_fields__}


def test_a_shape_comes_back_as_it_went_in():
    spans = make_run()
    shape, texts = encode_segment(spans)
    back = decode_segment(shape, 9)
    assert [facts_of(span) for span in back] == [facts_of(span) for span in spans]
    for span, stored in zip(spans, back, strict=True):
        assert isinstance(stored, SpanShape)
        for part, placed in zip(span.parts, stored.parts, strict=True):
            segment, number = placed.place
            assert segment == 9
            assert texts[part.words][number] == part.text
            assert (placed.kind, placed.role, placed.name, placed.call_id) == (
                part.kind,
                part.role,
                part.name,
                part.call_id,
            )


def test_the_shape_holds_no_word():
    shape, _ = encode_segment(make_run())
    stored = zstandard.decompress(shape)
    for word in (b"mara", b"order?", b"customer", b"shipped", b"conversation 7"):
        assert word not in stored


def test_an_answer_may_hold_what_no_utf_8_can_spell():
    shape, _ = encode_segment([make_span(parts=[text("\ud83d")])], fingerprint)
    assert decode_segment(shape, 1)[0].answer


def test_a_text_said_often_is_kept_once():
    spans = [make_span(n, parts=[text("The same words")]) for n in range(1, 6)]
    _, texts = encode_segment(spans)
    assert texts == {WordClass.DIALOGUE: ["The same words"]}


def test_what_a_part_is_comes_back_too():
    part = thought("", fidelity=Fidelity.ENCRYPTED, message=3, failed=True, size=4711)
    shape, _ = encode_segment([make_span(parts=[part])])
    (stored,) = decode_segment(shape, 1)[0].parts
    assert (stored.fidelity, stored.message) == (Fidelity.ENCRYPTED, 3)
    assert (stored.failed, stored.size, stored.length) == (True, 4711, 0)


def test_open_spans_and_zero_tokens_are_told_apart_from_nothing():
    told = make_span(seconds=None, usage=Usage(input=0), turn=0)
    (stored,) = decode_segment(encode_segment([told])[0], 1)
    assert (stored.end_ns, stored.usage.input, stored.turn) == (0, 0, 0)
    assert stored.usage.output is None


@given(st.lists(st.text(st.characters(exclude_categories=[]), max_size=40)))
def test_any_texts_come_back(texts):
    encoded = [one.encode("utf-8", "surrogatepass") for one in texts]
    assert unpack_texts(pack_texts(encoded)) == encoded


@given(
    st.lists(
        st.builds(
            make_span,
            st.integers(0, 2**64 - 1),
            st.none() | st.integers(0, 2**64 - 1),
            st.sampled_from(Kind),
            seconds=st.none() | st.floats(0, 1e6),
            name=st.text(max_size=20),
            failed=st.booleans(),
            links=st.lists(st.text(max_size=5)).map(tuple),
            tools=st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
            cost_usd=st.none() | st.floats(0, 10),
        ),
        max_size=5,
    )
)
def test_any_facts_come_back(spans):
    back = decode_segment(encode_segment(spans)[0], 1)
    assert [facts_of(span) for span in back] == [facts_of(span) for span in spans]
