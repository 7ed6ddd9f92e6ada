"""What came, went and waited, from the stays of requests."""

from datetime import UTC, datetime, timedelta

import pytest

from queues.stays import (
    HOUR,
    Left,
    Stay,
    burn_rate,
    intervals_of,
    mean_backlog,
    share_run_out,
    step_for,
)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def stay(came, went=None, left=None):
    return Stay(at(came), None if went is None else at(went), left, "money", 7200)


STAYS = [
    stay(-30, 10, Left.ANSWERED),
    stay(5, 65, Left.RAN_OUT),
    stay(20, 30, Left.GIVEN_UP),
    stay(50),
]


def test_hour_by_hour_nothing_is_lost():
    first, second = intervals_of(STAYS, NOON, at(90), HOUR)
    assert first == (NOON, 3, 1, 0, 1, 2)
    assert second == (at(60), 0, 0, 1, 0, 1)


def test_a_young_queue_is_looked_at_more_closely():
    step = step_for(at(3), at(28))
    starts = [one.starts_at for one in intervals_of(STAYS, at(3), at(28), step)]
    assert starts == [at(0), at(5), at(10), at(15), at(20), at(25)]
    assert step_for(NOON, at(180)) == HOUR


def test_what_waits_is_what_waited_and_came_less_what_went():
    waiting = 1  # one came before noon
    for one in intervals_of(STAYS, NOON, at(90), HOUR):
        went = one.answered + one.ran_out + one.given_up
        waiting += one.arrived - went
        assert one.waiting == waiting


def test_the_mean_backlog_counts_every_second():
    # 10 + 60 + 10 + 40 minutes of waiting within an hour and a half
    assert mean_backlog(STAYS, NOON, at(90)) == pytest.approx(120 / 90)


def test_what_its_agent_took_back_neither_ran_out_nor_was_answered():
    assert share_run_out(STAYS, NOON, at(90)) == 0.5
    assert share_run_out(STAYS, at(70), at(90)) is None


def test_a_margin_used_up_as_fast_as_allowed_burns_at_one():
    assert burn_rate(0.05, 0.95) == pytest.approx(1)
    assert burn_rate(0.5, 0.95) == pytest.approx(10)
    assert burn_rate(None, 0.95) is None
