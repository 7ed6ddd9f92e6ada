"""The part of Markdown that an agent may persuade with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.markdown import Block, Span, blocks_of, split_blocks


def shape(text):
    return [
        (block.kind, ["".join(span.text for span in line) for line in block.lines])
        for block in blocks_of(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo\n\n3", [("paragraph", ["one", "two"]), ("paragraph", ["3"])]),
        ("- a\n- b\n1. c", [("list", ["a", "b", "c"])]),
        ("# Head\ntext", [("heading", ["Head"]), ("paragraph", ["text"])]),
        ("## One\n## Two", [("heading", ["One"]), ("heading", ["Two"])]),
        (
            "```\na **b**\n\n  c\n```\nend",
            [("code", ["a **b**", "", "  c"]), ("paragraph", ["end"])],
        ),
        ("```\nnever closed", [("code", ["never closed"])]),
        ("", []),
    ],
)
def test_blocks(text, expected):
    assert shape(text) == expected


def test_code_and_strong_inside_a_line():
    assert blocks_of("a `x*y` and **b**.") == [
        Block(
            "paragraph",
            [
                [
                    Span("text", "a "),
                    Span("code", "x*y"),
                    Span("text", " and "),
                    Span("strong", "b"),
                    Span("text", "."),
                ]
            ],
        )
    ]


@pytest.mark.parametrize("text", ["a ** b", "`open", "**", "[a](b)", "<b>x</b>", "a*b"])
def test_what_is_not_understood_stays_as_it_was_typed(text):
    assert shape(text) == [("paragraph", [text])]


@given(st.text(st.characters(exclude_categories=["Cc", "Zl", "Zp", "Cs"]), max_size=80))
def test_no_word_is_lost(text):
    kept = "".join(line for _, lines in shape(text) for line in lines)
    for letter in set(text):
        if letter.isalpha():
            assert letter in kept


def test_a_long_text_is_split_between_blocks():
    head, rest = split_blocks("one\ntwo\n\nthree\n\nfour", 3)
    assert len(head) == 2
    assert len(rest) == 1


def test_the_first_block_is_always_shown():
    head, rest = split_blocks("one\ntwo\nthree\n\nfour", 1)
    assert [len(head), len(rest)] == [1, 1]
