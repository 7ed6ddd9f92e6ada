from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewapp.core.look import values

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=80,
)


def test_a_tree_keeps_the_order_it_was_sent_in():
    lines = values.lines_of({"b": {"z": 1, "a": [True]}, "a": None}).head
    assert [(line.depth, line.name) for line in lines] == [
        (0, "b"),
        (1, "z"),
        (1, "a"),
        (2, "[0]"),
        (0, "a"),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (42, "42"),
        ("42", '"42"'),
        ("true", '"true"'),
        ("", '""'),
        (" padded ", '" padded "'),
        ("2019-01-01", "2019-01-01"),
        (None, "null"),
        ([], "no items"),
        (1.5e-7, "1.5e-07"),
    ],
)
def test_a_text_is_never_taken_for_another_type(value, shown):
    assert values.lines_of({"x": value}).head[0].text == shown


@given(st.text(min_size=values.TEXT_CHARACTERS * 2))
def test_a_long_text_is_folded_and_nothing_of_it_is_lost(text):
    line = values.lines_of({"x": "start " + text + " end"}).head[0]
    assert line.rest
    assert line.text + line.rest == "start " + text + " end"


def test_many_lines_fold_after_one_look():
    line = values.lines_of({"x": "row of a statement\n" * 60}).head[0]
    assert line.text.count("\n") == values.TEXT_LINES
    assert line.rest_words == "48 more lines"


def test_many_values_fold_after_one_look():
    lines = values.lines_of({str(number): number for number in range(100)})
    assert len(lines.head) == values.LINES
    assert len(lines.rest) == 40
    assert lines.is_folded


@given(JSON)
def test_every_json_value_can_be_laid_out(value):
    lines = values.lines_of({"x": value}, fold=False)
    assert lines.head
    assert not lines.is_folded


def test_a_comparison_marks_the_words_that_differ():
    before, after = values.compare("Two bags checked in", "Three bags checked in")
    assert before[0] == values.Piece("Two", True)
    assert after[0] == values.Piece("Three", True)
    assert after[1] == values.Piece(" bags checked in", False)


def test_a_value_of_countless_lines_is_given_whole_as_json():
    sent = {"x": [0] * (values.MOST_LINES + 1)}
    lines = values.lines_of(sent)
    assert len(lines.head) == values.LINES
    assert json.loads(lines.rest[0].text) == sent
    assert lines.rest_words == "All values, as JSON"


def test_texts_that_differ_throughout_are_marked_throughout():
    before, after = "a b " * 400, "c d " * 400
    left, right = values.compare(f"same {before}end", f"same {after}end")
    assert [piece.differs for piece in left] == [False, True, False]
    assert right[1].text.strip() == after.strip()


@given(st.text(), st.text())
def test_a_comparison_loses_nothing(before, after):
    left, right = values.compare(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after


@pytest.mark.parametrize(
    "character", ["\u202e", "\u200b", "\0", "\u2028", "\U000e0041"]
)
def test_a_character_that_does_not_show_is_named(character):
    assert values.unseen_name(character)


@given(st.text())
def test_a_text_that_shows_all_has_nothing_to_name(text):
    if values.shows_all(text):
        assert not any(map(values.unseen_name, text))


@pytest.mark.parametrize("character", ["a", "é", " ", "\n", "\t", "漢", "🙂"])
def test_a_character_that_shows_is_left_alone(character):
    assert values.unseen_name(character) is None


def test_a_small_flat_item_of_a_list_is_one_line():
    flight = {"flight_number": "HAT271", "seats": 2, "date": None}
    line = values.lines_of({"flights": [flight]}).head[1]
    assert line.pairs == (("flight_number", "HAT271"), ("seats", "2"), ("date", "null"))


@pytest.mark.parametrize(
    "item",
    [
        {"text": "x" * 60},
        {"text": "two\nlines"},
        {"deep": {"a": 1}},
        {str(number): number for number in range(5)},
    ],
)
def test_an_item_that_needs_room_gets_it(item):
    lines = values.lines_of({"items": [item]}).head
    assert not any(line.pairs for line in lines)
    assert len(lines) > 2
