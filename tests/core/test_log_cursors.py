"""Cursors are opaque, go there and back, and refuse what is none."""

import pytest

from reviewapp.core.positions import BEGINNING, Position
from reviewapp.core.problems import Invalid


@pytest.mark.parametrize("position", [BEGINNING, Position(3, 2**62, 17)])
def test_a_cursor_says_where_it_came_from(position):
    assert Position.decode(position.encode()) == position


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "nonsense",
        "MS4y",
        "é",
        "MS4yLi0z",
        "LTEuMi4z",
        "MC4wLjgwMDAwMDAwMDAwMDAwMDA",
        "A" * 5000,
        "\x00",
    ],
)
def test_no_cursor_of_ours_is_a_problem_with_a_code(cursor):
    with pytest.raises(Invalid) as refused:
        Position.decode(cursor)
    assert refused.value.code == "bad_cursor"
