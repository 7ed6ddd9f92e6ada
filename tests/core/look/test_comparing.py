"""Before and after, like with like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewapp.core.look import comparing
from reviewapp.core.look.comparing import compare, like_with_like

FLIGHTS = [
    {"flight_number": "HAT041", "date": "2024-05-20"},
    {"flight_number": "HAT012", "date": "2024-05-25"},
]


def change_of(before, after):
    [change] = like_with_like([{"path": "x", "before": before, "after": after}])
    return change


def fates_of(before, after):
    return [row.fate for row in change_of(before, after).rows]


def test_a_comparison_marks_the_words_that_differ():
    before, after = compare("Two bags checked in", "Three bags checked in")
    assert before[0] == comparing.Piece("Two", True)
    assert after[0] == comparing.Piece("Three", True)
    assert after[1] == comparing.Piece(" bags checked in", False)


def test_texts_that_differ_throughout_are_marked_throughout():
    before, after = "a b " * 400, "c d " * 400
    left, right = compare(f"same {before}end", f"same {after}end")
    assert [piece.differs for piece in left] == [False, True, False]
    assert right[1].text.strip() == after.strip()


@given(st.text(), st.text())
def test_a_comparison_loses_nothing(before, after):
    left, right = compare(before, after)
    assert "".join(piece.text for piece in left) == before
    assert "".join(piece.text for piece in right) == after


def test_of_an_object_only_the_fields_that_differ_are_told():
    before = {"cabin": "economy", "bags": {"total": 2, "paid": 0}, "same": [1]}
    after = {"cabin": "economy", "bags": {"total": 3, "paid": 0}, "same": [1]}
    change = change_of(before, after)
    assert change.path == "x.bags.total"
    assert (change.before[0].text, change.after[0].text) == ("2", "3")


def test_a_field_that_comes_or_goes_has_one_side():
    gone, new = like_with_like(
        [{"path": "x", "before": {"a": 1, "s": 0}, "after": {"b": 2, "s": 0}}]
    )
    assert (gone.path, gone.after) == ("x.a", None)
    assert (new.path, new.before) == ("x.b", None)


def test_true_is_not_one():
    assert change_of({"dry_run": True}, {"dry_run": 1}).path == "x.dry_run"


def test_like_objects_are_compared_row_by_row():
    later = {"flight_number": "HAT012", "date": "2024-05-26"}
    change = change_of(FLIGHTS, [FLIGHTS[0], later])
    assert [row.fate for row in change.rows] == ["same", "changed"]
    assert [cell.differs for cell in change.rows[1].cells] == [False, True]


def test_a_row_put_in_front_leaves_the_others_as_they_are():
    first = {"flight_number": "HAT001", "date": "2024-05-19"}
    assert fates_of(FLIGHTS, [first, *FLIGHTS]) == ["new", "same", "same"]
    assert fates_of([first, *FLIGHTS], FLIGHTS) == ["gone", "same", "same"]


def test_the_items_of_a_short_list_stand_without_brackets():
    change = change_of(["A-1", "B-2"], ["A-1"])
    assert [piece.text for piece in change.after] == ["A-1"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([{"a": {"b": {"c": 1}}}], [{"a": {"b": {"c": 2}}}]),
        ([{"n": n} for n in range(90)], [{"n": n} for n in range(91)]),
        ([{"a": 1}], "nothing"),
    ],
)
def test_what_does_not_fit_a_table_is_compared_as_text(before, after):
    change = change_of(before, after)
    assert not change.rows
    assert any(piece.differs for piece in change.after)
