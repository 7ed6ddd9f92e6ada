from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewapp.core.look import values
from reviewapp.core.look.leaves import is_leaf, leaf_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=80,
)


def test_a_tree_keeps_the_order_it_was_sent_in():
    lines = values.lines_of({"b": {"z": 1, "a": [True, {}, [2]]}, "a": None}).head
    assert [(line.depth, line.name) for line in lines] == [
        (0, "b"),
        (1, "z"),
        (1, "a"),
        (2, "[0]"),
        (2, "[1]"),
        (2, "[2]"),
        (0, "a"),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (42, "42"),
        ("42", '"42"'),
        ("true", '"true"'),
        ("", '""'),
        ('"42"', '""42""'),
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


def test_a_value_of_countless_lines_is_given_whole_as_json():
    sent = {"x": [0] * (values.MOST_LINES + 1)}
    lines = values.lines_of(sent)
    assert len(lines.head) == values.LINES
    assert json.loads(lines.rest[0].text) == sent
    assert lines.rest_words == "All values, as JSON"


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


def test_a_list_of_like_objects_is_a_table():
    flights = [{"flight_number": "HAT271", "seats": 2}, {"flight_number": "HAT012"}]
    [line] = values.lines_of({"flights": flights}).head
    assert line.kind == "table"
    assert line.name == "flights"


def test_a_long_table_folds_like_as_many_lines():
    sent = {"rows": [{"id": f"R-{n}", "seats": n} for n in range(100)]}
    lines = values.lines_of(sent)
    assert sum(line.size for line in lines.head) == values.LINES
    assert lines.rest_words == "40 more values"
    assert [line.name for line in (*lines.head, *lines.rest)] == ["rows", "", "", ""]


def test_a_short_object_and_a_short_list_take_one_line_each():
    sent = {"name": {"first": "Ada", "last": "Byron"}, "ids": ["A-1"], "id": "A-1"}
    lines = values.lines_of(sent).head
    assert [line.kind for line in lines] == ["parts", "items", "text"]


def test_what_will_run_has_a_line_for_each_argument():
    sent = {"a": 1, "b": 2}
    assert len(values.lines_of(sent).head) == 2
    [line] = values.lines_of(sent, compact=True).head
    assert [part.name for part in line.parts] == ["a", "b"]


def leaves_of(value):
    """Every leaf of a JSON value, as it is shown."""
    if is_leaf(value):
        return [leaf_of(value).text]
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in leaves_of(part)]


def shown_by(line):
    if line.table:
        cells = [cell for row in line.table.rows for cell in row.cells]
        return [part.text for cell in cells for part in cell]
    if line.kind == "group":
        return []
    return [part.text for part in line.parts] or [line.text]


@given(JSON, st.booleans())
def test_no_leaf_is_lost_however_it_is_laid_out(value, compact):
    lines = values.lines_of({"x": value}, fold=False, compact=compact).head
    shown = [text for line in lines for text in shown_by(line)]
    assert sorted(shown) == sorted(leaves_of(value))
