"""What an edit changed, place by place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.differences import differences

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("ab", min_size=1, max_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [{"path": "a", "before": 1, "after": 2}]),
        ({"a": 1}, {}, [{"path": "a", "before": 1}]),
        ({}, {"a": None}, [{"path": "a", "after": None}]),
        (
            {"a": {"b": [1, 2]}},
            {"a": {"b": [1, 3, 4]}},
            [
                {"path": "a.b[1]", "before": 2, "after": 3},
                {"path": "a.b[2]", "after": 4},
            ],
        ),
        ({"a": 1}, {"a": True}, [{"path": "a", "before": 1, "after": True}]),
        ({"a": [1]}, {"a": {}}, [{"path": "a", "before": [1], "after": {}}]),
    ],
)
def test_differences(before, after, expected):
    assert differences(before, after) == expected


@given(JSON)
def test_nothing_differs_from_itself(value):
    assert differences({"v": value}, {"v": value}) == []


@given(JSON, JSON)
def test_something_is_said_whenever_values_are_not_equal(one, other):
    if one != other:
        assert differences({"v": one}, {"v": other})
