"""Small values laid out flat: parts of a line, and tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewapp.core.look.tables import MOST_ROWS, TABLE_ROWS, parts_of, table_of

FLIGHT = {"flight_number": "HAT271", "date": "2024-05-20"}


def texts(cells):
    return [[part.text for part in cell] for cell in cells]


def test_columns_are_the_fields_in_the_order_sent():
    table = table_of([FLIGHT, {**FLIGHT, "seat": "14C"}])
    assert table.columns == ("flight_number", "date", "seat")
    assert texts(table.rows[0].cells) == [["HAT271"], ["2024-05-20"], []]


def test_null_is_not_the_same_as_not_given():
    table = table_of([{"id": "A", "seat": None}, {"id": "B"}])
    assert texts(table.rows[0].cells)[1] == ["null"]
    assert texts(table.rows[1].cells)[1] == []


def test_a_text_that_looks_like_a_number_stays_quoted():
    table = table_of([{"id": "42", "n": 42}])
    assert texts(table.rows[0].cells) == [['"42"'], ["42"]]


def test_a_small_object_stands_in_its_cell_with_its_names():
    [row] = table_of([{"flight": "HAT1", "prices": {"economy": 87}}]).rows
    [price] = row.cells[1]
    assert (price.name, price.text) == ("economy", "87")


def test_objects_under_keys_keep_their_keys():
    table = table_of({"card_1": {"brand": "visa"}, "card_2": {"brand": "amex"}})
    assert [row.name for row in table.rows] == ["card_1", "card_2"]
    assert table.is_keyed


def test_a_long_table_comes_in_pieces_with_the_same_columns():
    pieces = list(table_of([FLIGHT] * (2 * TABLE_ROWS + 1)).in_pieces())
    assert [len(piece.rows) for piece in pieces] == [TABLE_ROWS, TABLE_ROWS, 1]
    assert {piece.columns for piece in pieces} == {("flight_number", "date")}


def test_the_room_grows_with_what_cannot_be_broken():
    assert table_of([FLIGHT]).room == "narrow"
    assert table_of([{f"name_{n}": "abcdefghij" for n in range(6)}]).room == "middling"
    assert table_of([{f"name_{n}": "abcdefghij" for n in range(9)}]).room == "wide"


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        "text",
        [FLIGHT, "text"],
        [FLIGHT, {}],
        [{"text": "x" * 61}],
        [{"text": "two\nlines"}],
        [{"text": "turned \u202e round"}],
        [{"a name \u202e": 1}],
        [{"deep": {"a": {"b": 1}}}],
        [{str(n): n for n in range(13)}],
        [{"a": "0123456789" * 5, "b": "0123456789" * 5, "c": "0123456789" * 5}],
        [{"a": 1}, {"b": 1}, {"c": 1}],
        {"only": FLIGHT},
        [FLIGHT] * (MOST_ROWS + 1),
        [{"n": 10**80}],
    ],
)
def test_what_may_not_fit_is_no_table(value):
    assert table_of(value) is None


@pytest.mark.parametrize(
    "value",
    [
        {"a": "yes  admin true"},
        {"a": "yes; admin true"},
        {"a": "yes\u00a0admin"},
        {"a\u2003b": 1},
        {"a": {"b": 1}},
        ["two\nlines"],
        list(range(9)),
        {"a": "x" * 61},
    ],
)
def test_what_could_pass_for_other_parts_has_a_line_of_its_own(value):
    assert parts_of(value) == ()


@given(st.lists(st.dictionaries(st.text(), st.text(), min_size=1), min_size=1))
def test_no_cell_of_a_table_hides_a_character(value):
    table = table_of(value)
    if table:
        cells = [cell for row in table.rows for cell in row.cells]
        assert all(part.text.isprintable() for cell in cells for part in cell)
