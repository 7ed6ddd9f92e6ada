"""Bars over time stand where their numbers say."""

import pytest

from reviewapp.core.look.plots import FLOOR, LEFT, WIDTH, bars_of, top_of


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 1), (1, 1), (3, 5), (5, 5), (11, 20), (99, 100)]
)
def test_the_scale_ends_at_a_round_number(highest, top):
    assert top_of(highest) == top


def test_bars_stand_on_the_floor_and_inside():
    plot = bars_of(["a", "b"], {"came": [3, 0], "went": [1, 5]})
    assert len(plot.bars) == 3  # nothing is no bar
    for bar in plot.bars:
        assert bar.y + bar.height == pytest.approx(FLOOR)
        assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH
    heights = {bar.said: bar.height for bar in plot.bars}
    assert heights["a: 3 came"] == pytest.approx(3 * heights["a: 1 went"], abs=0.2)


def test_levels_are_whole_numbers():
    plot = bars_of(["a"], {"came": [1]})
    assert [level.label for level in plot.levels] == ["0", "1"]


def test_many_labels_are_thinned_out():
    labels = [f"{hour}:00" for hour in range(24)]
    shown = [moment.label for moment in bars_of(labels, {"came": [1] * 24}).moments]
    assert shown == labels[::2]


def test_one_kind_needs_no_key():
    assert bars_of(["a"], {"came": [1]}).keys == []
    assert bars_of(["a"], {"ran_out": [1], "went": [1]}).keys[0] == (
        "ran_out",
        "ran out",
    )


def test_a_series_of_another_length_is_a_bug():
    with pytest.raises(ValueError, match="shorter"):
        bars_of(["a", "b"], {"came": [1]})
