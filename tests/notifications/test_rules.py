"""Quiet hours and retries, as tables."""

from datetime import UTC, datetime, time

import pytest

from reviewapp.notifications.rules import call_at, is_quiet, next_attempt


@pytest.mark.parametrize(
    ("at", "start", "end", "quiet"),
    [
        (time(23), time(22), time(7), True),
        (time(6, 59), time(22), time(7), True),
        (time(7), time(22), time(7), False),
        (time(13), time(12), time(14), True),
        (time(14), time(12), time(14), False),
        (time(3), None, None, False),
        (time(3), time(3), time(3), False),
    ],
)
def test_quiet_hours_may_span_midnight(at, start, end, quiet):
    assert is_quiet(at, start, end) is quiet


def test_a_call_in_quiet_hours_waits_for_their_end_in_the_persons_zone():
    now = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)  # 23:30 in Zurich
    due = call_at(now, "Europe/Zurich", time(22), time(7), urgent=False)
    assert due.astimezone(UTC) == datetime(2026, 1, 16, 6, 0, tzinfo=UTC)


def test_an_escalation_does_not_wait():
    now = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)
    assert call_at(now, "Europe/Zurich", time(22), time(7), urgent=True) == now


def test_failed_calls_are_tried_less_and_less_often_and_then_given_up():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [next_attempt(now, n) for n in range(1, 7)]
    assert [int((at - now).total_seconds() / 60) for at in waits[:5]] == [
        1,
        2,
        4,
        8,
        16,
    ]
    assert waits[5] is None
