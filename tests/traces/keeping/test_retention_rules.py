"""How long what is kept, and who is in a share: without a table."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traces.retention import DEFAULT_DAYS, Kept, Retention, is_in_share, problem_of

SYSTEM, OTHER = uuid4(), uuid4()
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_the_defaults_are_those_of_the_page():
    assert {kind.value: days for kind, days in DEFAULT_DAYS.items()} == {
        "structure": 400,
        "dialogue": 90,
        "tools": 90,
        "reasoning": 30,
        "opaque": 7,
        "dead_letters": 30,
    }


def test_a_system_s_own_days_win_for_it_alone():
    retention = Retention({Kept.TOOLS: 60}, {(SYSTEM, Kept.TOOLS): 10})
    assert retention.days(Kept.TOOLS, SYSTEM) == 10
    assert retention.days(Kept.TOOLS, OTHER) == 60
    assert retention.days(Kept.TOOLS) == 60
    assert retention.days(Kept.OPAQUE, SYSTEM) == 7
    assert retention.cutoff(Kept.TOOLS, SYSTEM, NOW) == NOW - timedelta(days=10)


def test_given_back_it_follows_the_general_rule_again():
    retention = Retention(DEFAULT_DAYS, {(SYSTEM, Kept.TOOLS): 10})
    assert retention.changed(Kept.TOOLS, SYSTEM, None).days(Kept.TOOLS, SYSTEM) == 90
    assert retention.changed(Kept.TOOLS, SYSTEM, 5).days(Kept.TOOLS, SYSTEM) == 5
    assert retention.changed(Kept.TOOLS, None, 50).days(Kept.TOOLS, OTHER) == 50


@pytest.mark.parametrize(
    ("kind", "days", "fits"),
    [
        (Kept.DIALOGUE, 400, True),
        (Kept.DIALOGUE, 401, False),
        (Kept.STRUCTURE, 90, True),
        (Kept.STRUCTURE, 89, False),
        (Kept.DEAD_LETTERS, 999, True),
    ],
)
def test_words_are_not_kept_longer_than_their_structure(kind, days, fits):
    retention = Retention(DEFAULT_DAYS, {}).changed(kind, None, days)
    assert (problem_of(retention, None) == "") is fits


@given(st.uuids(), st.floats(0, 1), st.floats(0, 1))
def test_a_smaller_share_is_a_part_of_a_larger_one(trace, one, other):
    small, large = sorted((one, other))
    assert not is_in_share(trace, small) or is_in_share(trace, large)


@given(st.uuids())
def test_all_are_all_and_none_is_none(trace):
    assert is_in_share(trace, 1.0)
    assert not is_in_share(trace, 0.0)


def test_a_share_is_kept_of_ids_that_count_upwards():
    """Tracers that do not draw their ids at random are sampled all the same."""
    kept = sum(is_in_share(UUID(int=number), 0.25) for number in range(4000))
    assert 900 < kept < 1100
