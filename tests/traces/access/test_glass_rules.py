"""The rules of break-glass, without a table."""

from datetime import UTC, datetime, timedelta

import pytest

from traces.glass import lasts, review_due


@pytest.mark.parametrize(
    ("minutes", "length"),
    [(-5, None), (0, None), (1, 1), (15, 15), (30, 30), (31, None), (1440, None)],
)
def test_an_opening_lasts_between_one_and_thirty_minutes(minutes, length):
    wanted = None if length is None else timedelta(minutes=length)
    assert lasts(minutes) == wanted


def test_a_review_is_due_three_days_after_the_end():
    ended = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)
    assert review_due(ended) == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
