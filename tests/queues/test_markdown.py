"""The part of Markdown that an agent may persuade with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.markdown import Block, Span, blocks_of, lines_drawn, split_blocks


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


def test_a_long_text_loses_its_middle_between_blocks():
    text = "\n\n".join(f"turn {n}" for n in range(20))
    head, middle, tail = split_blocks(text, 3, 4)
    assert [len(head), len(middle), len(tail)] == [3, 13, 4]
    assert [*head, *middle, *tail] == blocks_of(text)


def test_first_and_last_block_are_always_shown():
    long = "\n".join(["line"] * 9)
    head, middle, tail = split_blocks("\n\n".join([long] * 4), 1, 1)
    assert [len(head), len(middle), len(tail)] == [1, 2, 1]


@pytest.mark.parametrize("turns", [0, 1, 5, 10])
def test_what_hardly_takes_more_is_shown_whole(turns):
    text = "\n\n".join(f"turn {n}" for n in range(turns))
    assert split_blocks(text, 3, 4) == (blocks_of(text), [], [])


def test_a_long_line_counts_as_the_lines_it_takes():
    assert lines_drawn(blocks_of("word " * 60)) == 4
