"""What masked text looks like: typed tokens, stable, and nothing else changed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.masking import Mask, MaskKind, Numbering, find_masks, mask, show

ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=300)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to mara@example.com now", "write to [EMAIL-1] now"),
        ("a@x.org, b@x.org, a@x.org", "[EMAIL-1], [EMAIL-2], [EMAIL-1]"),
        ("card 4111 1111 1111 1111.", "card [CARD-1]."),
        ("to DE89 3704 0044 0532 0130 00 today", "to [IBAN-1] today"),
        ("from 192.168.1.20 and ::1", "from [IP-1] and [IP-2]"),
        ("call +49 30 901820", "call [PHONE-1]"),
        ("key sk-abcdefghijklmnop1234", "key [SECRET-1]"),
        ("password: hunter2 ok", "password: [SECRET-1] ok"),
        ("see https://x.org/a?token=1 there", "see [URL-1] there"),
        ("postgres://me:pw@db/x", "[URL-1]"),
    ],
)
def test_personal_data_and_secrets_become_typed_tokens(text, masked):
    assert mask(text) == masked


def test_ranges_count_bytes_of_utf8():
    assert find_masks("Grüße, 木: mara@example.com") == [Mask(14, 30, MaskKind.EMAIL)]


def test_the_same_thing_has_the_same_number_however_it_is_written():
    text = (
        'Mara@example.com mara@EXAMPLE.com {"to": "mara\\u0040example.com"} '
        "4111 1111 1111 1111 4111-1111-1111-1111 4111111111111111 "
        "4111\u00a01111\u00a01111\u00a01111"
    )
    assert mask(text) == (
        '[EMAIL-1] [EMAIL-1] {"to": "[EMAIL-1]"} [CARD-1] [CARD-1] [CARD-1] [CARD-1]'
    )


def test_numbers_go_on_over_the_texts_of_a_trace():
    number = Numbering()
    texts = ["a@x.org", "b@x.org and 192.168.1.20", "a@x.org"]
    shown = [show(text, find_masks(text), number) for text in texts]
    assert shown == ["[EMAIL-1]", "[EMAIL-2] and [IP-1]", "[EMAIL-1]"]


@given(ANY_TEXT)
def test_any_text_can_be_masked_and_ranges_are_in_order(text):
    masks = find_masks(text)
    length = len(text.encode(errors="surrogatepass"))
    edges = [edge for found in masks for edge in (found.start, found.end)]
    assert edges == sorted(edges)
    assert all(found.start < found.end <= length for found in masks)
    assert isinstance(mask(text), str)


@given(ANY_TEXT, ANY_TEXT)
def test_a_value_is_masked_whatever_stands_around_it(before, after):
    value = "mara.lind@example.com"
    text = f"{before}\n{value}\n{after}"
    start = len(f"{before}\n".encode(errors="surrogatepass"))
    hidden = {at for found in find_masks(text) for at in range(found.start, found.end)}
    assert hidden.issuperset(range(start, start + len(value)))


@given(
    st.recursive(
        st.sampled_from(
            ["mara@example.com", "a\nb@x.org", 'say "4111111111111111"', "ok", "\\n"]
        )
        | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["password", "to", "ü"]), inner, max_size=3
            )
            | inner.map(json.dumps)
        ),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_masked_json_is_json(value, ascii_only):
    json.loads(mask(json.dumps(value, ensure_ascii=ascii_only)))
