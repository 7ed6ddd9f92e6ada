"""Apparent tardiness cost: its published values, and keys that never change."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.priority import LOOK_AHEAD, Keys, Stake


def tardiness_cost(stake, now_s, mean_review_s, look_ahead=LOOK_AHEAD):
    """As published: weight a second of review, less by the slack that is left."""
    slack = max(0.0, stake.due_s - stake.review_s - now_s)
    cost = stake.weight / stake.review_s
    return cost * math.exp(-slack / (look_ahead * mean_review_s))


STAKES = st.builds(
    Stake,
    weight=st.floats(1, 20),
    review_s=st.floats(1, 3_600),
    due_s=st.floats(0, 100_000),
)


@pytest.mark.parametrize(
    ("stake", "cost"),
    [
        (Stake(10, 60, 600), 0.00185),
        (Stake(1, 30, 60), 0.02596),
        (Stake(5, 60, 300), 0.01128),
    ],
)
def test_known_costs(stake, cost):
    assert tardiness_cost(stake, 0, 60, look_ahead=2) == pytest.approx(cost, abs=5e-6)
    assert math.exp(Keys.of(stake, 60, 2).at(0)) == pytest.approx(cost, abs=5e-6)


@given(STAKES, st.floats(0, 200_000), st.floats(10, 600))
def test_two_frozen_keys_tell_it_at_any_time(stake, now, mean):
    direct = tardiness_cost(stake, now, mean)
    told = Keys.of(stake, mean).at(now)
    # Where the slack is endless the cost is no number any more, and its log still is.
    assert math.exp(told) == pytest.approx(direct, rel=1e-6, abs=1e-300)


@given(st.lists(STAKES, min_size=2, max_size=6), st.floats(0, 200_000))
def test_who_is_late_stays_in_order_and_so_does_who_is_not(stakes, now):
    keys = [Keys.of(stake, 60) for stake in stakes]
    early = [key for key in keys if key.at(now) < key.late]
    late = [key for key in keys if key.at(now) >= key.late]
    by_now = sorted(early, key=lambda key: key.at(now))
    assert [key.at(now) for key in by_now] == pytest.approx(
        [key.at(now) for key in sorted(early, key=lambda key: key.early)]
    )
    assert sorted(key.at(now) for key in late) == sorted(key.late for key in late)
